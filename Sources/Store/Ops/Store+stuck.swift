package import Contracts
import Postgres

extension Store {
    /// Shown of each kind at most.
    package static let stuckPerKindMax = 100

    /// What has not moved for so long, of all tenants, and why.
    package func stuck(olderThanSeconds seconds: Int) async throws -> StuckList {
        let limit = Self.stuckPerKindMax + 1
        let age: SQL = "(\(seconds) * interval '1 second')"
        return try await pool.transaction { transaction in
            let kinds: [(StuckView.Kind, SQL)] = [
                (.run, Self.stuckRuns(age)), (.job, Self.stuckJobs(age)), (.task, Self.stuckTasks(age)),
                (.callback, Self.stuckCallbacks(age)), (.delivery, Self.stuckDeliveries(age)),
            ]
            var list = StuckList(olderThanSeconds: seconds, data: [], isTruncated: false)
            for (kind, sql) in kinds {
                let rows = try transaction.query("\(sql) ORDER BY since, id LIMIT \(limit)")
                list.data += try rows.prefix(Self.stuckPerKindMax).map { try StuckView(kind, $0) }
                if rows.count == limit { list.isTruncated = true }
            }
            return list
        }
    }

    private static let isWorked: SQL = """
        (EXISTS (SELECT 1 FROM tasks t WHERE t.run_id = r.id AND t.state IN ('minted', 'submit_unknown', 'dispatched'))
        OR EXISTS (SELECT 1 FROM jobs j WHERE j.run_id = r.id AND j.stage <> 'render'
            AND (j.state = 'in_progress' OR j.state = 'pending' AND j.waits_for = 0)))
        """

    private static func stuckRuns(_ age: SQL) -> SQL {
        """
        SELECT * FROM (
            SELECT r.id, r.tenant_id, r.id AS run_id, NULL AS stage, NULL AS provider, r.state, NULL AS said,
                CASE WHEN r.review_state = 'waiting' THEN 'run-review' ELSE 'run-idle' END AS code,
                coalesce(CASE WHEN r.review_state = 'waiting' THEN r.review_requested_at END,
                    r.analysis_completed_at, r.started_at) AS since
            FROM runs r
            WHERE r.state IN ('started', 'analysis_complete') AND NOT \(isWorked)
        ) found
        WHERE since <= now() - \(age)
        """
    }

    private static func stuckJobs(_ age: SQL) -> SQL {
        """
        SELECT * FROM (
            SELECT j.id, r.tenant_id, j.run_id, j.stage, j.provider, j.state, j.problem ->> 'detail' AS said,
                CASE WHEN j.state = 'pending' THEN 'job-unclaimed' WHEN j.lease_token IS NOT NULL THEN 'job-lease'
                    ELSE 'job-orphan' END AS code,
                CASE WHEN j.state = 'pending' THEN j.not_before WHEN j.lease_token IS NOT NULL THEN j.lease_until
                    ELSE j.started_at END AS since
            FROM jobs j
            JOIN runs r ON r.id = j.run_id AND r.state = 'started'
            WHERE j.stage <> 'render' AND (
                j.state = 'pending' AND j.waits_for = 0
                OR j.state = 'in_progress' AND (j.lease_token IS NOT NULL OR NOT EXISTS (
                    SELECT 1 FROM tasks t
                    WHERE t.job_id = j.id AND t.state IN ('minted', 'submit_unknown', 'dispatched')
                ))
            )
        ) found
        WHERE since <= now() - \(age)
        """
    }

    private static func stuckTasks(_ age: SQL) -> SQL {
        """
        SELECT t.id, r.tenant_id, t.run_id, j.stage, t.provider, t.state, t.problem ->> 'detail' AS said,
            CASE WHEN t.state = 'abandoned' THEN 'task-cancel'
                WHEN t.next_action_at <= now() - \(age) THEN 'task-overdue'
                WHEN t.deadline_at <= now() - \(age) THEN 'task-deadline'
                WHEN t.state = 'minted' THEN 'task-undispatched'
                WHEN t.state = 'submit_unknown' THEN 'task-unknown'
                WHEN t.problem IS NOT NULL THEN 'task-unreachable'
                ELSE 'task-slow' END AS code,
            CASE WHEN t.state = 'abandoned' THEN t.cancel_at
                WHEN t.next_action_at <= now() - \(age) THEN t.next_action_at
                WHEN t.deadline_at <= now() - \(age) THEN t.deadline_at
                ELSE coalesce(t.dispatched_at, t.created_at) END AS since
        FROM tasks t
        JOIN jobs j ON j.id = t.job_id
        JOIN runs r ON r.id = t.run_id
        WHERE t.cancel_at <= now() - \(age)
            OR t.state IN ('minted', 'submit_unknown', 'dispatched') AND (
                coalesce(t.dispatched_at, t.created_at) <= now() - \(age) OR t.next_action_at <= now() - \(age)
            )
        """
    }

    private static func stuckCallbacks(_ age: SQL) -> SQL {
        """
        SELECT c.id, r.tenant_id, t.run_id, j.stage, c.provider, c.state, c.reason AS said,
            'callback-waiting' AS code, c.received_at AS since
        FROM callbacks c
        JOIN tasks t ON t.id = c.task_id
        JOIN jobs j ON j.id = t.job_id
        JOIN runs r ON r.id = t.run_id
        WHERE c.state = 'stored' AND c.received_at <= now() - \(age)
        """
    }

    private static func stuckDeliveries(_ age: SQL) -> SQL {
        """
        SELECT d.id, m.tenant_id, m.run_id, NULL AS stage, NULL AS provider, d.state,
            CASE WHEN d.attempts > 0 THEN format('%s attempts at %s', d.attempts, d.endpoint_id) END AS said,
            CASE WHEN d.next_attempt_at <= now() - \(age) THEN 'delivery-overdue' ELSE 'delivery-failing' END
                AS code,
            CASE WHEN d.next_attempt_at <= now() - \(age) THEN d.next_attempt_at ELSE d.created_at END AS since
        FROM deliveries d
        JOIN messages m ON m.id = d.message_id
        WHERE d.state = 'pending' AND NOT \(isOfDeleted) AND (
            d.next_attempt_at <= now() - \(age) OR d.attempts > 0 AND d.created_at <= now() - \(age)
        )
        """
    }
}

extension StuckView {
    fileprivate init(_ kind: Kind, _ row: Row) throws {
        let word: String = try row.get("code")
        guard let code = StuckCode(rawValue: word) else {
            throw StoreError.malformedRecord("stuck '\(word)'")
        }
        let said: String? = try row.get("said")
        self.init(
            kind: kind,
            id: try row.get("id"),
            tenantId: try row.get("tenant_id"),
            runId: try row.get("run_id"),
            stage: try row.get("stage"),
            provider: try row.get("provider"),
            state: try row.get("state"),
            since: try row.get("since"),
            reason: said.map { "\(code.reason): \($0)" } ?? code.reason,
            remedy: code.remedy
        )
    }
}

package import Contracts
import Postgres

/// What an operator wants to be looked at now.
package enum ReconcileScope: Sendable, Hashable {
    case run(String)
    case provider(String)
    case all
}

extension Store {
    /// Makes everything of the scope due now: live tasks are asked, leases that ran out are free, and stored
    /// callbacks are applied.
    ///
    /// Nil when there is no such run.
    package func reconcile(_ scope: ReconcileScope) async throws -> ReconcileReceipt? {
        var (runId, provider): (String?, String?) = (nil, nil)
        switch scope {
        case .run(let id): runId = id
        case .provider(let name): provider = name
        case .all: break
        }
        return try await pool.transaction { [runId, provider] transaction in
            if let runId, try transaction.query("SELECT 1 AS one FROM runs WHERE id = \(runId)").isEmpty {
                return nil
            }
            let isOf: SQL = """
                (run_id = \(runId) OR \(runId) IS NULL) AND (provider = \(provider) OR \(provider) IS NULL)
                """
            // 1. Each poll tells the truth about its task; who cannot be asked waits for its callback.
            let tasks = try transaction.execute(
                """
                UPDATE tasks
                SET next_action_at = now()
                WHERE (state IN ('minted', 'dispatched') OR state = 'submit_unknown' AND submission <> 'blind')
                    AND \(isOf)
                """
            )
            // 2. A token stays good until somebody else takes the lease, so a process that lives loses nothing.
            var leases = 0
            for table in ["jobs", "tasks"] {
                leases += try transaction.execute(
                    """
                    UPDATE \(unescaped: table)
                    SET lease_until = '-infinity'
                    WHERE lease_token IS NOT NULL AND lease_until < now() AND \(isOf)
                    """
                )
            }
            let isCallbackOf: SQL = """
                (\(provider) IS NULL OR provider = \(provider)) AND (\(runId) IS NULL
                    OR task_id IN (SELECT id FROM tasks WHERE run_id = \(runId)))
                """
            leases += try transaction.execute(
                """
                UPDATE callbacks
                SET lease_until = '-infinity'
                WHERE state = 'stored' AND lease_until < now() AND \(isCallbackOf)
                """
            )
            let callbacks: Int = try transaction.query(
                "SELECT count(*) AS count FROM callbacks WHERE state = 'stored' AND \(isCallbackOf)"
            )[0].get("count")
            return ReconcileReceipt(tasks: tasks, leases: leases, callbacks: callbacks)
        }
    }
}

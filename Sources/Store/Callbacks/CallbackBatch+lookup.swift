import Contracts
import Foundation
import Pipeline
import Postgres

/// Finding and locking what the callbacks of a batch are about.
extension CallbackBatch {
    mutating func lookUp() throws {
        let taskIds = try lockRuns()
        guard !taskIds.isEmpty else { return }
        // The oldest task bounds how far back its messages can be: older days are not looked at, nor those to come.
        // Another batch that began later than this one may have had the lock before it, hence the hour.
        let places = taskIds.keys.sorted()
        let since = taskIds.values.map(\.createdAt).min() ?? .distantPast
        let found: SQL = """
            SELECT named.place, t.id, t.run_id, t.output_id, t.job_id, t.attempt, t.external_id, t.state,
                j.attempt AS job_attempt, j.attempt = t.job_attempt AND j.state = 'in_progress' AS is_wanted,
                o.state AS output_state, known.body_sha256,
                EXISTS (SELECT 1 FROM outputs f WHERE f.run_id = t.run_id AND f.state = 'failed') AS has_failed_shorts
            FROM unnest(\(places), \(places.map { taskIds[$0]?.id ?? "" }),
                \(places.map { callbacks[$0].messageId })) AS named (place, task_id, message_id)
            JOIN tasks t ON t.id = named.task_id
            JOIN jobs j ON j.id = t.job_id
            LEFT JOIN outputs o ON o.id = t.output_id
            LEFT JOIN LATERAL (
                SELECT c.body_sha256
                FROM callbacks c
                WHERE c.task_id = named.task_id AND c.message_id = named.message_id
                    AND c.state IN ('stored', 'applied') AND c.received_at BETWEEN \(since) AND now() + interval '1 hour'
                LIMIT 1
            ) known ON true
            """
        // Most callbacks end something that somebody wants to know of.
        let (rows, subscribers) = try transaction.read(
            Reading(found),
            .subscribers(ofTenants: Set(runs.values.map(\.tenantId)).sorted())
        )
        self.subscribers = subscribers
        for row in rows { subjects[try row.get("place")] = try CallbackSubject(row) }
    }

    /// Locks the runs of all tasks that are named and returns these tasks by place.
    private mutating func lockRuns() throws -> [Int: (id: String, createdAt: Date)] {
        let rows = try transaction.query(
            """
            WITH named AS MATERIALIZED (
                SELECT given.place, task.id, task.run_id, task.created_at
                FROM unnest(\(Array(callbacks.indices)), \(callbacks.map(\.provider)),
                    \(callbacks.map { $0.tokenDigest.map { SQLBytes($0) } }), \(callbacks.map(\.externalId)))
                    AS given (place, provider, token_digest, external_id)
                CROSS JOIN LATERAL (
                    SELECT t.id, t.run_id, t.created_at
                    FROM tasks t
                    WHERE t.token_digest = given.token_digest AND t.provider = given.provider
                    UNION ALL
                    (SELECT t.id, t.run_id, t.created_at
                    FROM tasks t
                    WHERE t.provider = given.provider AND t.external_id = given.external_id
                    ORDER BY t.created_at DESC
                    LIMIT 1)
                ) task
            )
            SELECT named.place, named.id, named.created_at, r.id AS run_id, r.tenant_id, r.state, r.outputs_open
            FROM named
            JOIN runs r ON r.id = named.run_id
            ORDER BY r.id
            FOR NO KEY UPDATE OF r
            """
        )
        var tasks: [Int: (id: String, createdAt: Date)] = [:]
        for row in rows {
            tasks[try row.get("place")] = (try row.get("id"), try row.get("created_at"))
            let run = try LockedRun(row)
            runs[run.id] = run
        }
        return tasks
    }
}

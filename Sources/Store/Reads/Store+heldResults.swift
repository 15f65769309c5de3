package import Contracts
import Postgres

/// A result that one of two providers gave, until it is known whose counts.
package struct HeldResult: Sendable, Hashable {
    package let taskId: String
    package let provider: String
    package let upload: UploadRecord
}

extension Store {
    /// The results of that name which the tasks of a race hold, in the order of preference.
    package func heldResults(jobId: String, raceAttempt: Int, name: ArtifactName) async throws -> [HeldResult]
    {
        try await pool.query(
            """
            SELECT t.id AS task_id, t.provider, u.name, u.sha256, u.size_bytes, u.media_type, u.location
            FROM tasks t
            JOIN uploads u ON u.task_id = t.id
            WHERE t.job_id = \(jobId) AND t.job_attempt = \(raceAttempt) AND t.is_racing AND t.state = 'completed'
                AND u.name = \(name.description)
            ORDER BY t.created_at, t.id
            """
        ).map { row in
            HeldResult(
                taskId: try row.get("task_id"),
                provider: try row.get("provider"),
                upload: try UploadRecord(row)
            )
        }
    }
}

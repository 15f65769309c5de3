import Contracts
import Pipeline
import Postgres

extension Store {
    /// Where the bearer of a task's token may put its results; nil when no task has the token.
    package func uploadTarget(tokenDigest: [UInt8]) async throws -> UploadTarget? {
        try await pool.query(
            """
            SELECT t.id, t.provider, r.tenant_id, t.run_id, j.stage, t.job_attempt,
                t.state IN ('minted', 'submit_unknown', 'dispatched') AND r.state IN ('started', 'analysis_complete') AS is_live
            FROM tasks t
            JOIN runs r ON r.id = t.run_id
            JOIN jobs j ON j.id = t.job_id
            WHERE t.token_digest = \(SQLBytes(tokenDigest))
            """
        ).first.map { row in
            UploadTarget(
                taskId: try row.get("id"),
                provider: try row.get("provider"),
                tenantId: try row.get("tenant_id"),
                runId: try row.get("run_id"),
                stage: try row.get("stage"),
                attempt: try row.get("job_attempt"),
                isLive: try row.get("is_live")
            )
        }
    }

    /// Notes a stored result of a live task; of the same name the last one counts.
    ///
    /// False when the task has ended, or is not at `attempt` any more.
    package func recordUpload(
        taskId: String,
        attempt: Int? = nil,
        name: String,
        sha256: String,
        sizeBytes: Int64,
        mediaType: String,
        location: String
    ) async throws -> Bool {
        try await pool.execute(
            """
            INSERT INTO uploads (task_id, name, sha256, size_bytes, media_type, location)
            SELECT t.id, \(name), \(sha256), \(Int(sizeBytes)), \(mediaType), \(location)
            FROM tasks t
            WHERE t.id = \(taskId) AND t.state IN ('minted', 'submit_unknown', 'dispatched')
                AND (t.attempt = \(attempt) OR \(attempt) IS NULL)
            FOR SHARE OF t
            ON CONFLICT (task_id, name) DO UPDATE
            SET sha256 = excluded.sha256, size_bytes = excluded.size_bytes, media_type = excluded.media_type,
                location = excluded.location, created_at = now()
            """
        ) == 1
    }

    /// What a task has uploaded so far, by name.
    package func uploads(taskId: String) async throws -> [UploadRecord] {
        try await pool.query(
            """
            SELECT name, sha256, size_bytes, media_type, location
            FROM uploads
            WHERE task_id = \(taskId)
            ORDER BY name COLLATE "C"
            """
        ).map { try UploadRecord($0) }
    }
}

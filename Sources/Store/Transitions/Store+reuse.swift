import Contracts
import Foundation
package import Pipeline
import Postgres

/// A finished job whose result another job may share.
package struct ReusableJob: Sendable, Hashable {
    package let job: JobRecord
    package let artifacts: [ArtifactRecord]
}

extension Store {
    /// The newest completed job of the tenant with this fingerprint, with its artifacts.
    ///
    /// One whose artifacts were removed since does not count. Whether the others still exist and verify is for the
    /// caller to see before it attaches them by `completeJob`.
    package func reusableJob(tenantId: String, stage: Stage, fingerprint: String) async throws -> ReusableJob?
    {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT \(unescaped: JobRecord.columns)
                FROM jobs j
                JOIN runs r ON r.id = j.run_id
                WHERE j.fingerprint = \(fingerprint) AND j.state = 'completed' AND j.stage = \(stage)
                    AND r.tenant_id = \(tenantId)
                    AND (SELECT bool_and(a.removed_at IS NULL) FROM artifacts a
                         WHERE a.job_id = j.id AND a.attempt = j.attempt)
                ORDER BY j.finished_at DESC
                LIMIT 1
                """
            )
            guard let job = try rows.first.map({ try JobRecord($0) }) else { return nil }
            let artifacts = try transaction.artifacts(runIds: [job.runId]).filter { $0.stage == stage }
            return ReusableJob(job: job, artifacts: artifacts)
        }
    }
}

extension NewArtifact {
    /// The same bytes, to be published by another job as well.
    package init(copying artifact: ArtifactRecord) {
        self.init(
            name: artifact.name,
            sha256: artifact.sha256,
            sizeBytes: artifact.sizeBytes,
            mediaType: artifact.mediaType,
            location: artifact.location
        )
    }
}

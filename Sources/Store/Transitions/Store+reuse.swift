package import Contracts
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
    /// Whether these still exist and verify is for the caller to see before it attaches them by `completeJob`.
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
                ORDER BY j.finished_at DESC
                LIMIT 1
                """
            )
            guard let job = try rows.first.map({ try JobRecord($0) }) else { return nil }
            let artifacts = try transaction.artifacts(runIds: [job.runId]).filter { $0.stage == stage }
            return ReusableJob(job: job, artifacts: artifacts)
        }
    }

    /// Accepts a run of the same source, with all that does not depend on `stage` attached from its parent.
    ///
    /// A new style enters at `enhance-plan`. Nil when the tenant has no such run.
    package func createRerun(
        of parentId: String,
        tenantId: String,
        workflow: Workflow,
        from stage: Stage,
        style: StylePin? = nil,
        options: RunOptions? = nil,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (RunView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome? {
        try await pool.transaction { [links] transaction in
            guard let parent = try transaction.run(id: parentId), parent.tenantId == tenantId else {
                return nil
            }
            // The parent's jobs must stay as they are while they are copied.
            _ = try transaction.lockRun(id: parentId)
            return try Self.once(transaction, claim: claim) {
                let id = ResourceID.make(.run)
                let new = NewRun(
                    tenantId: tenantId,
                    workflow: workflow,
                    sourceAssetId: parent.asset?.id,
                    sourceUrl: parent.sourceURL,
                    style: style ?? parent.style,
                    options: options ?? parent.options,
                    metadata: parent.metadata,
                    externalId: parent.externalId
                )
                try Self.insertRun(transaction, id: id, new, rerunOf: parentId)
                try transaction.announce(.runStarted, run: id, links: links)
                // Shorts are made by compose, so a rerun of render starts there.
                let entry = stage == .render ? Stage.compose : stage
                let kept = Set(workflow.stages.map(\.stage)).subtracting(workflow.subtree(of: entry))
                try Self.attach(transaction, stages: kept, from: parentId, to: id)
                return try respond(try transaction.runView(id: id, includesJobs: true))
            }
        }
    }

    private static func attach(
        _ transaction: Transaction,
        stages: Set<Stage>,
        from parentId: String,
        to id: String
    ) throws {
        let parents = try transaction.jobs(runIds: [parentId]).filter {
            stages.contains($0.stage) && $0.state == .completed
        }
        let artifacts = Dictionary(grouping: try transaction.artifacts(runIds: [parentId]), by: \.stage)
        for parent in parents {
            let rows = try transaction.query(
                """
                UPDATE jobs j
                SET state = 'completed', attempt = 1, tries = 1, progress = 1, started_at = now(),
                    finished_at = now(), provider = \(parent.provider), fingerprint = \(parent.fingerprint),
                    reused_from = \(parent.id), warnings = \(try SQLJSON(encoding: parent.warnings))
                WHERE j.run_id = \(id) AND j.stage = \(parent.stage) AND j.state = 'pending'
                RETURNING \(unescaped: JobRecord.columns)
                """
            )
            guard let job = try rows.first.map({ try JobRecord($0) }) else { continue }
            try transaction.publish((artifacts[parent.stage] ?? []).map(NewArtifact.init(copying:)), job: job)
            try transaction.record(NewEvent("job.completed", stage: job.stage, attempt: 1), runId: id)
        }
        try transaction.recountNeeds(runId: id)
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

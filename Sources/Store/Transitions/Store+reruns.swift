package import Contracts
import Foundation
import Pipeline
import Postgres

extension Store {
    /// Accepts a rerun: run, jobs, attached artifacts, events and messages commit as one.
    package func createRerun(
        _ new: NewRerun,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (RunView) throws -> StoredResponse
    ) async throws -> RerunOutcome {
        do {
            return try await pool.transaction { [links] transaction in
                guard let parent = try transaction.run(id: new.parentId), parent.tenantId == new.tenantId
                else { return .notFound }
                // The parent's jobs must stay as they are while they are copied.
                _ = try transaction.lockRun(id: parent.id)
                return .accepted(
                    try Self.once(transaction, claim: claim) {
                        let id = ResourceID.make(.run)
                        let run = NewRun(rerunOf: parent, new)
                        try Self.insertRun(transaction, id: id, run, rerunOf: parent.id)
                        try transaction.announce(.runStarted, run: id, links: links)
                        try transaction.attach(new, to: id, links: links)
                        try transaction.redo(new.afresh, ofRun: id)
                        return try respond(try transaction.runView(id: id, includesJobs: true))
                    }
                )
            }
        } catch let changed as ParentChanged {
            return .changed(changed.stage)
        }
    }

    /// The answer that was given under an idempotency key before, nil when the key is new.
    package func knownAnswer(_ claim: IdempotencyClaim) async throws -> IdempotencyOutcome? {
        do {
            return try await pool.transaction { transaction in
                try Self.once(transaction, claim: claim) { throw KeyIsNew() }
            }
        } catch is KeyIsNew {
            return nil
        }
    }
}

/// A stage of the parent was reset, or lost its artifacts, since they were verified.
private struct ParentChanged: Error {
    let stage: Stage
}

private struct KeyIsNew: Error {}

extension NewRun {
    fileprivate init(rerunOf parent: RunRecord, _ new: NewRerun) {
        self.init(
            tenantId: parent.tenantId,
            workflow: new.workflow,
            sourceAssetId: parent.asset?.id,
            sourceUrl: parent.sourceURL,
            style: new.style ?? parent.style,
            options: new.options ?? parent.options,
            metadata: parent.metadata,
            externalId: parent.externalId,
            provided: parent.provided
        )
    }
}

extension Transaction {
    /// Completes jobs of a new run with what its parent's jobs have published.
    fileprivate func attach(_ new: NewRerun, to id: String, links: LinkMinter) throws {
        let parents = try jobs(runIds: [new.parentId]).filter { new.attached[$0.stage] != nil }
        let artifacts = Dictionary(grouping: try artifacts(runIds: [new.parentId]), by: \.stage)
        for parent in parents {
            let published = artifacts[parent.stage] ?? []
            guard parent.state == .completed, parent.attempt == new.attached[parent.stage],
                published.allSatisfy({ $0.removedAt == nil })
            else { throw ParentChanged(stage: parent.stage) }
            let rows = try query(
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
            try publish(published.map(NewArtifact.init(copying:)), job: job)
            try record(
                NewEvent("job.reused", stage: job.stage, attempt: 1, relatedId: parent.id),
                runId: id
            )
            try record(NewEvent("job.completed", stage: job.stage, attempt: 1), runId: id)
        }
        if new.attached[.plan] != nil { try inheritReview(runId: id, from: new.parentId, links: links) }
        try recountNeeds(runId: id)
    }
}

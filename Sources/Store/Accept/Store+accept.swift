import Contracts
import Pipeline
import Postgres

extension Store {
    /// Accepts a run: idempotency key, run, jobs, event, messages and the answer commit as one.
    ///
    /// Requests that come at the same time share a commit.
    package func acceptRun(_ new: NewRun, claim: IdempotencyClaim?) async throws -> IdempotencyOutcome {
        var source: RunView.Source?
        if let assetId = new.sourceAssetId {
            guard let asset = try await asset(tenantId: new.tenantId, id: assetId) else {
                throw Problem(.notFound, detail: "the source of the run does not exist")
            }
            source = RunView.Source(
                url: nil,
                assetId: asset.id,
                sha256: asset.sha256,
                sizeBytes: asset.sizeBytes,
                durationMs: asset.media?.durationMs
            )
        }
        return try await accepting.commit(
            try AcceptedRun(new, claim: claim, source: source, texts: runTexts)
        ).get()
    }

    /// Inserts a run with its jobs within a larger transition.
    static func insertRun(
        _ transaction: Transaction,
        id: String,
        _ new: NewRun,
        rerunOf parentId: String? = nil
    ) throws {
        try transaction.execute(
            """
            SELECT insert_runs(\([true]), \(new.workflow.name), \(new.workflow.stages.map(\.stage)),
                \(AcceptedRun.needs(new.workflow)), \([id]), \([new.tenantId]), \([new.sourceUrl]),
                \([new.sourceAssetId]), \([new.style.package]), \([new.style.version]), \([new.style.digest]),
                \([try SQLJSON(encoding: new.options)]), \([try SQLJSON(encoding: new.metadata)]),
                \([new.externalId]), \([parentId]), \([try SQLJSON.optional(new.provided)]))
            """
        )
    }
}

package import Contracts
import Foundation
package import Pipeline
import Postgres

extension Store {
    /// Accepts a run: idempotency key, run, jobs, event, messages and the stored answer commit as one.
    package func createRun(
        _ new: NewRun,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (RunView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        try await pool.transaction { [links] transaction in
            try Self.once(transaction, claim: claim) {
                let id = ResourceID.make(.run)
                try Self.insertRun(transaction, id: id, new)
                try transaction.announce(.runStarted, run: id, links: links)
                return try respond(try transaction.runView(id: id, includesJobs: true))
            }
        }
    }

    package func run(tenantId: String, id: String) async throws -> RunRecord? {
        try await pool.transaction { transaction in
            try transaction.run(id: id).flatMap { $0.tenantId == tenantId ? $0 : nil }
        }
    }

    /// The run with its jobs as clients see it.
    package func runView(tenantId: String, id: String) async throws -> RunView? {
        try await pool.transaction { transaction in
            guard let aggregate = try transaction.aggregates(runIds: [id]).first,
                aggregate.run.tenantId == tenantId
            else { return nil }
            return aggregate.view(includesJobs: true)
        }
    }

    /// A page of the tenant's runs without their jobs, newest first; `after` is the last id of the page before.
    package func runs(
        tenantId: String,
        limit: Int,
        after: String?,
        state: RunState? = nil
    ) async throws -> Page<RunView> {
        try await pool.transaction { transaction in
            let ids = try transaction.query(
                """
                SELECT id
                FROM runs
                WHERE tenant_id = \(tenantId) AND (id < \(after) OR \(after) IS NULL)
                    AND (state = \(state) OR \(state) IS NULL)
                ORDER BY id DESC
                LIMIT \(limit + 1)
                """
            ).map { try $0.get("id", as: String.self) }
            let views = try transaction.aggregates(runIds: Array(ids.prefix(limit)))
                .map { $0.view(includesJobs: false) }
            return Page(views, limit: limit, found: ids.count) { $0.id }
        }
    }

    /// Ends a run on its owner's word; nil when the tenant has no such run.
    ///
    /// A run that has ended stays as it is, and its view says how it ended.
    package func cancelRun(tenantId: String, id: String) async throws -> RunView? {
        try await pool.transaction { [links] transaction in
            guard try transaction.run(id: id)?.tenantId == tenantId, try transaction.lockRun(id: id) != nil
            else {
                return nil
            }
            let changed = try transaction.execute(
                """
                UPDATE runs
                SET state = 'cancelled', cancelled_at = now(), finished_at = now()
                WHERE id = \(id) AND state IN ('started', 'analysis_complete')
                """
            )
            if changed == 1 {
                let problem = Problem(.cancelled, detail: "the run was cancelled")
                try transaction.endLiveWork(runId: id, problem: problem)
                try transaction.announce(.runCancelled, run: id, links: links)
            }
            return try transaction.runView(id: id, includesJobs: true)
        }
    }

    static func insertRun(
        _ transaction: Transaction,
        id: String,
        _ new: NewRun,
        rerunOf parentId: String? = nil
    ) throws {
        try transaction.execute(
            """
            INSERT INTO runs (id, tenant_id, workflow, source_url, source_asset_id, style_package, style_version,
                style_digest, options, metadata, external_id, rerun_of)
            VALUES (\(id), \(new.tenantId), \(new.workflow.name), \(new.sourceUrl), \(new.sourceAssetId),
                \(new.style.package), \(new.style.version), \(new.style.digest),
                \(try SQLJSON(encoding: new.options)), \(try SQLJSON(encoding: new.metadata)), \(new.externalId),
                \(parentId))
            """
        )
        let stages = new.workflow.stages
        let needs = stages.map { $0.requires.map(\.rawValue).joined(separator: ",") }
        let gated = new.options.review == .beforeRender
        let waits = stages.map { $0.requires.count + (gated && $0.requires.contains(.plan) ? 1 : 0) }
        try transaction.execute(
            """
            INSERT INTO jobs (id, run_id, stage, position, requires, waits_for)
            SELECT new.id, \(id), new.stage, new.position, string_to_array(new.needs, ','), new.waits_for
            FROM unnest(\(stages.map { _ in ResourceID.make(.job) }), \(stages.map(\.stage)), \(needs),
                \(waits)) WITH ORDINALITY AS new (id, stage, needs, waits_for, position)
            """
        )
    }
}

extension Page {
    /// The first `limit` of what was found, when one more was asked for than the page holds.
    init(_ items: [Item], limit: Int, found: Int, cursor: (Item) -> String) {
        let hasMore = found > limit
        self.init(data: items, hasMore: hasMore, next: hasMore ? items.last.map(cursor) : nil)
    }
}

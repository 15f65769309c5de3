package import Contracts
import Foundation
package import Pipeline
import Postgres

extension Store {
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
}

extension Page {
    /// The first `limit` of what was found, when one more was asked for than the page holds.
    init(_ items: [Item], limit: Int, found: Int, cursor: (Item) -> String) {
        let hasMore = found > limit
        self.init(data: items, hasMore: hasMore, next: hasMore ? items.last.map(cursor) : nil)
    }
}

import Contracts
import HTTPTypes
import Hummingbird
import Store

/// The inbox of callbacks, for operators.
struct CallbackOpsRoutes: Sendable {
    let services: APIServices

    private static let query: Set<String> = ["state", "provider", "task", "limit", "after"]

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/v1/ops/callbacks", .key(.ops), query: Self.query, handler: list),
            Endpoint(.post, "/v1/ops/callbacks/{id}/reapply", .key(.ops), handler: reapply),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try QueryReader(request, known: Self.query)
        let page = try query.page(of: .callback)
        let filter = Store.CallbackFilter(
            state: try query.word("state", as: CallbackState.self),
            provider: query["provider"],
            taskId: try query.id("task", of: .task)
        )
        return try .json(await services.store.callbacks(filter, limit: page.limit, after: page.after))
    }

    @Sendable private func reapply(_ request: Request, _ context: APIContext) async throws -> Response {
        switch try await services.store.reapplyCallback(id: try context.id(.callback)) {
        case .unknown: throw Problem.noSuchObject
        case .refused(let reason):
            throw Problem(.conflict, detail: "The callback cannot be applied again: \(reason)")
        case .queued(let view):
            services.wakeRuntime()
            return try .json(view, status: .accepted)
        }
    }
}

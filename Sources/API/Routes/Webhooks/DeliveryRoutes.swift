import Contracts
import Hummingbird
import Store

/// What was told to endpoints, and what became of it.
struct DeliveryRoutes: Sendable {
    let services: APIServices

    private var store: Store { services.store }

    private static let listed: Set<String> = ["limit", "after", "event_type", "since", "until"]
    private static let deliveryQuery = listed.union(["state"])
    private static let messageQuery = listed.union(["run_id"])

    var endpoints: [Endpoint] {
        let (messages, key) = ("/v1/webhook-messages", Route.Access.key(.webhooksWrite))
        return [
            Endpoint(
                .get,
                "/v1/webhook-endpoints/{id}/deliveries",
                key,
                query: Self.deliveryQuery,
                handler: deliveries
            ),
            Endpoint(.get, "/v1/webhook-deliveries/{id}", key, handler: delivery),
            Endpoint(.get, messages, key, query: Self.messageQuery, handler: self.messages),
            Endpoint(.get, "\(messages)/{id}", key, handler: message),
        ]
    }

    @Sendable private func deliveries(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try QueryReader(request, known: Self.deliveryQuery)
        let page = try query.page(of: .delivery)
        var selection = try Self.selection(query)
        selection.state = try query.word("state", as: DeliverySelection.State.self)
        let endpoint = try await services.endpoint(context)
        return try .json(
            await store.deliveries(
                tenantId: endpoint.tenantId,
                endpointId: endpoint.id,
                selection: selection,
                limit: page.limit,
                after: page.after
            )
        )
    }

    @Sendable private func delivery(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.delivery)
        guard let delivery = try await store.delivery(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(delivery)
    }

    @Sendable private func messages(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try QueryReader(request, known: Self.messageQuery)
        let page = try query.page(of: .message)
        var selection = try Self.selection(query)
        selection.runId = try query.id("run_id", of: .run)
        return try .json(
            await store.messages(
                tenantId: try context.tenantId,
                selection: selection,
                limit: page.limit,
                after: page.after
            )
        )
    }

    @Sendable private func message(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.message)
        guard let message = try await store.message(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(message)
    }

    private static func selection(_ query: QueryReader) throws(Problem) -> DeliverySelection {
        let filter = try EventFilterReader.read(query, "event_type")
        let period = try query.period
        return DeliverySelection(filter: filter, since: period.since, until: period.until)
    }
}

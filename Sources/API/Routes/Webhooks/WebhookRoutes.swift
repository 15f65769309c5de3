import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Signatures
import Store
import Webhooks

/// Webhook endpoints of a tenant.
struct WebhookRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }
    private var seal: AnswerSeal { AnswerSeal(key: configuration.sealingKey) }

    private static let listQuery: Set<String> = ["limit", "after"]

    var endpoints: [Endpoint] {
        let path = "/v1/webhook-endpoints"
        return [
            Endpoint(.post, path, .key(.webhooksWrite), handler: create),
            Endpoint(.get, path, .key(.webhooksWrite), query: Self.listQuery, handler: list),
            Endpoint(.get, "\(path)/{id}", .key(.webhooksWrite), handler: read),
            Endpoint(.patch, "\(path)/{id}", .key(.webhooksWrite), handler: change),
            Endpoint(.delete, "\(path)/{id}", .key(.webhooksWrite), handler: delete),
            Endpoint(.post, "\(path)/{id}/pause", .key(.webhooksWrite), handler: pause),
            Endpoint(.post, "\(path)/{id}/enable", .key(.webhooksWrite), handler: enable),
            Endpoint(.post, "\(path)/{id}/test", .key(.webhooksWrite), handler: test),
            Endpoint(.get, "/v1/event-types", .key(.runsRead), handler: eventTypes),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.claimedBody(configuration.limits, context)
        let reader = EndpointRequestReader(addressPolicy: configuration.addressPolicy)
        let asked = try body.read { reader.read($0, findings: &$1) }
        let outcome = try await store.createEndpoint(
            tenantId: try context.tenantId,
            settings: asked.settings,
            secret: asked.secret ?? WebhookSecret.generate().reveal(),
            claim: body.claim
        ) { [seal, claim = body.claim] endpoint in
            let location = "/v1/webhook-endpoints/\(endpoint.id)"
            return seal.seal(try .json(endpoint, status: 201, location: location), claim: claim)
        }
        return try seal.open(outcome, claim: body.claim).response()
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let page = try QueryReader(request, known: Self.listQuery).page(of: .endpoint)
        return try .json(
            await store.endpoints(tenantId: try context.tenantId, limit: page.limit, after: page.after)
        )
    }

    @Sendable private func read(_ request: Request, _ context: APIContext) async throws -> Response {
        try .json(await services.endpoint(context).view())
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        let body = try await request.jsonBody(bytesMax: configuration.limits.jsonBytesMax, context)
        let reader = EndpointRequestReader(addressPolicy: configuration.addressPolicy)
        let change = try body.value.read { reader.readChange($0, findings: &$1) }
        let endpoint = try await store.updateEndpoint(tenantId: try context.tenantId, id: id) { settings in
            change.apply(to: &settings)
        }
        guard let endpoint else { throw Problem.noSuchObject }
        return try .json(endpoint.view())
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        guard try await store.deleteEndpoint(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return Response(status: .noContent)
    }

    @Sendable private func pause(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        try await refuseBody(request, context)
        guard let endpoint = try await store.pauseEndpoint(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        guard endpoint.state == .paused else {
            throw Problem(
                .conflict,
                detail: "The endpoint is disabled, so nothing is sent to it already; "
                    + "POST /v1/webhook-endpoints/\(id)/enable lets it have its messages again."
            )
        }
        return try .json(endpoint.view())
    }

    @Sendable private func enable(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        try await refuseBody(request, context)
        guard let endpoint = try await store.enableEndpoint(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        services.wakeWebhooks()
        return try .json(endpoint.view())
    }

    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        let body = try await request.claimedBody(configuration.limits, empty: .object([:]), context)
        try body.read(Self.nothing)
        let outcome = try await store.enqueueTest(
            tenantId: try context.tenantId,
            endpointId: id,
            claim: body.claim
        ) { messageId in try .json(["message_id": messageId], status: 202) }
        guard let outcome else { throw Problem.noSuchObject }
        return try outcome.response()
    }

    /// Refuses a body that says anything: whoever sends one means something that does not happen.
    private func refuseBody(_ request: Request, _ context: APIContext) async throws {
        let body = try await request.jsonBody(
            bytesMax: configuration.limits.jsonBytesMax,
            empty: .object([:]),
            context
        )
        try body.value.read(Self.nothing)
    }

    private static func nothing(_ value: JSONValue, findings: inout Findings) -> Void? {
        ObjectReader(value, at: "", findings: &findings)?.finish(findings: &findings)
    }

    @Sendable private func eventTypes(_ request: Request, _ context: APIContext) async throws -> Response {
        Response.encoded(EventCatalog.responseJSON, status: .ok)
    }
}

extension APIServices {
    /// The endpoint that the path names.
    func endpoint(_ context: APIContext) async throws -> EndpointRecord {
        let id = try context.id(.endpoint)
        guard let endpoint = try await store.endpoint(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return endpoint
    }
}

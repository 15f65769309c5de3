import Contracts
import Hummingbird
import Store

/// Sends again what was sent, or was missed.
struct ReplayRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }

    var endpoints: [Endpoint] {
        let path = "/v1/webhook-endpoints/{id}"
        return [
            Endpoint(.post, "/v1/webhook-messages/{id}/replay", .key(.webhooksWrite), handler: message),
            Endpoint(.post, "\(path)/replay", .key(.webhooksWrite)) { request, context in
                try await batch(request, context) { reader, body, findings in
                    reader.readReplay(body, findings: &findings)
                }
            },
            Endpoint(.post, "\(path)/recover", .key(.webhooksWrite)) { request, context in
                try await batch(request, context) { reader, body, findings in
                    reader.readRecovery(body, findings: &findings)
                }
            },
        ]
    }

    @Sendable private func message(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.message)
        let body = try await request.claimedBody(configuration.limits, empty: .object([:]), context)
        let endpointId = try body.read { .some(ReplayRequestReader.readTarget($0, findings: &$1)) }
        return try answer(
            await store.replayMessage(
                tenantId: try context.tenantId,
                id: id,
                endpointId: endpointId,
                claim: body.claim,
                respond: Self.stored
            )
        )
    }

    private func batch(
        _ request: Request,
        _ context: APIContext,
        read: (ReplayRequestReader, JSONValue, inout Findings) -> ReplaySelection?
    ) async throws -> Response {
        let id = try context.id(.endpoint)
        let body = try await request.claimedBody(configuration.limits, context)
        let reader = ReplayRequestReader(now: services.now())
        let selection = try body.read { read(reader, $0, &$1) }
        return try answer(
            await store.replayEndpoint(
                tenantId: try context.tenantId,
                endpointId: id,
                selection: selection,
                claim: body.claim,
                respond: Self.stored
            )
        )
    }

    private func answer(_ outcome: IdempotencyOutcome?) throws -> Response {
        guard let outcome else { throw Problem.noSuchObject }
        services.wakeWebhooks()
        return try outcome.response()
    }

    @Sendable private static func stored(_ view: ReplayView) throws -> StoredResponse {
        try .json(view, status: 202)
    }
}

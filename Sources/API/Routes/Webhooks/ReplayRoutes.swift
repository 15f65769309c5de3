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
        let tenantId = try context.tenantId
        let body = try await request.jsonBody(
            bytesMax: configuration.limits.jsonBytesMax,
            empty: .object([:]),
            context
        )
        let claim = try IdempotencyKey.claim(request, body: body.bytes, tenantId: tenantId)
        var findings = Findings()
        let endpointId = ReplayRequestReader.readTarget(body.value, findings: &findings)
        try findings.check()
        return try answer(
            await store.replayMessage(
                tenantId: tenantId,
                id: id,
                endpointId: endpointId,
                claim: claim,
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
        let tenantId = try context.tenantId
        let body = try await request.jsonBody(bytesMax: configuration.limits.jsonBytesMax, context)
        let claim = try IdempotencyKey.claim(request, body: body.bytes, tenantId: tenantId)
        var findings = Findings()
        let selection = read(ReplayRequestReader(now: services.now()), body.value, &findings)
        try findings.check()
        guard let selection else { throw Problem(.invalidRequest, detail: "The request is not valid.") }
        return try answer(
            await store.replayEndpoint(
                tenantId: tenantId,
                endpointId: id,
                selection: selection,
                claim: claim,
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
        StoredResponse(
            status: 202,
            headers: ["Content-Type": "application/json"],
            body: try WireJSON.encode(view)
        )
    }
}

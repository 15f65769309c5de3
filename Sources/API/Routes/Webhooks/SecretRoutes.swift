import Contracts
import HTTPTypes
import Hummingbird
import Store

/// The keys that an endpoint's messages are signed with.
struct SecretRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }

    var endpoints: [Endpoint] {
        let path = "/v1/webhook-endpoints/{id}"
        return [
            Endpoint(.get, "\(path)/secret", .key(.webhooksWrite), handler: read),
            Endpoint(.post, "\(path)/rotate-secret", .key(.webhooksWrite), handler: rotate),
        ]
    }

    @Sendable private func read(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.endpoint)
        guard let keys = try await store.endpointKeys(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(keys)
    }

    @Sendable private func rotate(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenantId = try context.tenantId
        let id = try context.id(.endpoint)
        let body = try await request.jsonBody(
            bytesMax: configuration.limits.jsonBytesMax,
            empty: .object([:]),
            context
        )
        let claim = try IdempotencyKey.claim(request, body: body.bytes, tenantId: tenantId)
        var findings = Findings()
        let rotation = RotationRequestReader.read(body.value, findings: &findings)
        try findings.check()
        guard let rotation else { throw Problem(.invalidRequest, detail: "The request is not valid.") }
        let outcome = try await store.rotateKey(
            tenantId: tenantId,
            endpointId: id,
            rotation: rotation,
            claim: claim
        ) { keys in
            let headers = ["Content-Type": "application/json"]
            return StoredResponse(status: 200, headers: headers, body: try WireJSON.encode(keys))
        }
        return try outcome.response()
    }
}

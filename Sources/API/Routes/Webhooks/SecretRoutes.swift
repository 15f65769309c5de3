import Contracts
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
        let id = try context.id(.endpoint)
        let body = try await request.claimedBody(configuration.limits, empty: .object([:]), context)
        let seal = AnswerSeal(key: configuration.sealingKey)
        let outcome = try await store.rotateKey(
            tenantId: try context.tenantId,
            endpointId: id,
            rotation: try body.read { RotationRequestReader.read($0, findings: &$1) },
            claim: body.claim
        ) { [claim = body.claim] keys in seal.seal(try .json(keys, status: 200), claim: claim) }
        return try seal.open(outcome, claim: body.claim).response()
    }
}

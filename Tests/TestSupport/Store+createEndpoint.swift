package import Contracts
package import Store

extension Store {
    /// Makes an endpoint with an address, a filter and nothing else.
    package func createEndpoint(
        tenantId: String,
        url: String,
        eventTypes: [String],
        description: String?,
        secret: String,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (EndpointView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        try await createEndpoint(
            tenantId: tenantId,
            settings: EndpointSettings(
                url: url,
                filter: EventFilter(eventTypes),
                description: description
            ),
            secret: secret,
            claim: claim,
            respond: respond
        )
    }
}

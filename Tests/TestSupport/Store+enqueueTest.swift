package import Store

extension Store {
    /// Sends a test to one endpoint and returns the id of the message; nil when there is no such enabled endpoint.
    package func enqueueTest(
        tenantId: String,
        endpointId: String,
        isUrgent: Bool = false
    ) async throws -> String? {
        try await enqueueTests(tenantId: tenantId, endpointIds: [endpointId], isUrgent: isUrgent).first
    }
}

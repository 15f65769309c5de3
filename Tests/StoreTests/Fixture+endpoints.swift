import Contracts
import Foundation
import Store

extension Fixture {
    /// An endpoint of the tenant, all of whose events it wants unless told.
    func addEndpoint(
        _ types: [String] = [],
        url: String = "https://hooks.example.com/a",
        tenantId: String? = nil
    ) async throws -> EndpointRecord {
        let tenantId = tenantId ?? self.tenantId
        let outcome = try await store.createEndpoint(
            tenantId: tenantId,
            settings: EndpointSettings(url: url, filter: EventFilter(types)),
            secret: "whsec_x",
            claim: nil
        ) { view in
            StoredResponse(status: 201, headers: [:], body: Data(view.id.utf8))
        }
        guard case .fresh(let response) = outcome,
            let endpoint = try await store.endpoint(
                tenantId: tenantId,
                id: String(decoding: response.body, as: UTF8.self)
            )
        else { throw FixtureError.unexpected }
        return endpoint
    }

    static func attempt(_ number: Int, _ outcome: NewAttempt.Outcome = .delivered) -> NewAttempt {
        NewAttempt(
            number: number,
            outcome: outcome,
            status: outcome == .delivered ? 204 : 503,
            problem: outcome == .delivered
                ? nil : Problem(.endpointRefused, detail: "the endpoint answered 503"),
            startedAt: Date(),
            durationMs: 84,
            responseBody: Data("down".utf8),
            responseHeaders: ["retry-after": "5"],
            timing: AttemptTiming(dnsMs: 3, connectMs: 11, tlsMs: 24, firstByteMs: 45),
            requestHead: "POST https://hooks.example.com/a\nwebhook-id: msg_1\nauthorization: (hidden)"
        )
    }

    /// Takes what is due and ends it; returns the message ids in their order.
    @discardableResult
    func deliver(
        _ outcome: NewAttempt.Outcome = .delivered,
        next: DeliveryNext = .done
    ) async throws -> [String] {
        let due = try await store.claimDeliveries(limit: 100, leaseSeconds: 30)
        for delivery in due {
            let attempt = Self.attempt(delivery.attemptNumber, outcome)
            guard try await store.finishDelivery(delivery.lease, attempt: attempt, next: next) else {
                throw FixtureError.unexpected
            }
        }
        return due.map(\.messageId)
    }

    /// The bytes that every attempt at a message sends.
    func payload(of messageId: String) async throws -> Data {
        let message = try await store.message(tenantId: tenantId, id: messageId)
        guard let payload = message?.payload else { throw FixtureError.unexpected }
        return Data(payload.utf8)
    }

    /// Replays to an endpoint by a selection.
    func replay(_ endpoint: EndpointRecord, _ selection: ReplaySelection) async throws -> ReplayView? {
        let outcome = try await store.replayEndpoint(
            tenantId: tenantId,
            endpointId: endpoint.id,
            selection: selection,
            claim: nil,
            respond: Self.stored
        )
        return try outcome.map(Self.replay)
    }

    /// Replays one message.
    func replay(message id: String, to endpointId: String? = nil) async throws -> ReplayView? {
        let outcome = try await store.replayMessage(
            tenantId: tenantId,
            id: id,
            endpointId: endpointId,
            claim: nil,
            respond: Self.stored
        )
        return try outcome.map(Self.replay)
    }

    private static let stored: @Sendable (ReplayView) throws -> StoredResponse = { view in
        StoredResponse(status: 202, headers: [:], body: try WireJSON.encode(view))
    }

    private static func replay(_ outcome: IdempotencyOutcome) throws -> ReplayView {
        guard case .fresh(let response) = outcome else { throw FixtureError.unexpected }
        return try WireJSON.decode(ReplayView.self, from: response.body)
    }
}

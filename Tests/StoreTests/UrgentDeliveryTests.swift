import Contracts
import TestSupport
import Testing

@testable import Store

/// Tests that go also to endpoints that whoever takes deliveries believes to be down.
@Suite struct UrgentDeliveryTests {
    private func claim(
        _ fixture: Fixture,
        limits: [String: Int],
        urgent: Int = 4,
        limit: Int = 100
    ) async throws -> [ClaimedDelivery] {
        try await fixture.store.claimDeliveries(
            limit: limit,
            leaseSeconds: 30,
            endpointLimits: limits,
            urgentLimits: limits.mapValues { _ in urgent }
        )
    }

    private func test(
        _ fixture: Fixture,
        _ endpoint: EndpointRecord,
        isUrgent: Bool = true
    ) async throws -> String {
        let id = try await fixture.store.enqueueTest(
            tenantId: fixture.tenantId,
            endpointId: endpoint.id,
            isUrgent: isUrgent
        )
        return try #require(id)
    }

    @Test func `an urgent message is taken for an endpoint that gets nothing else`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let plain = try await test(fixture, endpoint, isUrgent: false)
        let urgent = try await test(fixture, endpoint)

        #expect(try await claim(fixture, limits: [endpoint.id: 0], urgent: 0).isEmpty)
        let taken = try await claim(fixture, limits: [endpoint.id: 0])

        #expect(taken.map(\.messageId) == [urgent] && taken.map(\.isUrgent) == [true])
        #expect(try await claim(fixture, limits: [endpoint.id: 0]).isEmpty)
        let rest = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 30)
        #expect(rest.map(\.messageId) == [plain] && rest.map(\.isUrgent) == [false])
    }

    @Test func `only its first attempt is urgent`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        _ = try await test(fixture, endpoint)
        let taken = try #require(try await claim(fixture, limits: [endpoint.id: 0]).first)
        let attempt = Fixture.attempt(1, .rejected)
        #expect(
            try await fixture.store.finishDelivery(taken.lease, attempt: attempt, next: .retry(afterMs: 0))
        )

        #expect(try await claim(fixture, limits: [endpoint.id: 0]).isEmpty)
        #expect(try await claim(fixture, limits: [:]).map(\.isUrgent) == [false])
    }

    @Test func `urgent messages come first, so many of each endpoint, and none twice`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let other = try await fixture.addEndpoint()
        let plain = try await test(fixture, other, isUrgent: false)
        var urgent: [String] = []
        for _ in 0..<3 { urgent.append(try await test(fixture, endpoint)) }

        let first = try await claim(fixture, limits: [endpoint.id: 1], urgent: 2, limit: 2)
        let rest = try await claim(fixture, limits: [endpoint.id: 1], urgent: 2)

        #expect(Set(first.map(\.messageId)) == Set(urgent.prefix(2)))
        #expect(Set(rest.map(\.messageId)) == [plain, urgent[2]] && rest.count == 2)
    }

    @Test func `nothing urgent goes to an endpoint that its owner has paused`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        _ = try await test(fixture, endpoint)
        _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: endpoint.id)

        #expect(try await claim(fixture, limits: [endpoint.id: 0]).isEmpty)
    }
}

import Contracts
import Signatures
import Store
import Testing

/// What the engine relies on when it claims: the store does not let one endpoint take every place.
@Suite struct ClaimFairnessTests {
    @Test func `a backlog of one endpoint leaves room for the others`() async throws {
        let fixture = try await EngineFixture.make()
        let busy = try await fixture.endpoint("https://busy.example.com/", secret: .generate())
        let other = try await fixture.endpoint("https://other.example.com/", secret: .generate())
        for _ in 0..<20 { try await fixture.enqueue(for: busy) }
        for _ in 0..<2 { try await fixture.enqueue(for: other) }

        let claimed = try await fixture.store.claimDeliveries(
            limit: 10,
            leaseSeconds: 60,
            perEndpointMax: 3
        )

        #expect(claimed.count { $0.endpointId == busy.id } == 3)
        #expect(claimed.count { $0.endpointId == other.id } == 2)
    }

    @Test func `an excluded endpoint gets nothing and the limit holds`() async throws {
        let fixture = try await EngineFixture.make()
        let busy = try await fixture.endpoint("https://busy.example.com/", secret: .generate())
        let other = try await fixture.endpoint("https://other.example.com/", secret: .generate())
        for _ in 0..<5 { try await fixture.enqueue(for: busy) }
        for _ in 0..<5 { try await fixture.enqueue(for: other) }

        let claimed = try await fixture.store.claimDeliveries(
            limit: 4,
            leaseSeconds: 60,
            perEndpointMax: 10,
            endpointLimits: [busy.id: 0]
        )

        #expect(claimed.count == 4)
        #expect(claimed.allSatisfy { $0.endpointId == other.id })
    }
}

import Contracts
import Postgres
import Signatures
import Store
import TestSupport
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

    @Test func `a backlog of one tenant does not come before all that is due of another`() async throws {
        let fixture = try await EngineFixture.make()
        for number in 0..<4 {
            let busy = try await fixture.endpoint("https://busy\(number).example.com/", secret: .generate())
            for _ in 0..<5 { try await fixture.enqueue(for: busy) }
        }
        let other = EngineFixture(
            database: fixture.database,
            store: fixture.store,
            tenantId: try await fixture.store.createTenant(name: "other")
        )
        let late = try await other.endpoint("https://late.example.com/", secret: .generate())
        for _ in 0..<2 { try await other.enqueue(for: late) }

        let claimed = try await fixture.store.claimDeliveries(limit: 6, leaseSeconds: 60, perEndpointMax: 5)

        #expect(claimed.count == 6)
        #expect(claimed.count { $0.endpointId == late.id } == 2)
    }

    @Test func `a limit holds only for the version of the endpoint that it was made for`() async throws {
        let fixture = try await EngineFixture.make()
        let endpoint = try await fixture.endpoint("https://a.example.com/", secret: .generate())
        for _ in 0..<3 { try await fixture.enqueue(for: endpoint) }
        let (store, id) = (fixture.store, endpoint.id)
        let targets = try await store.deliveryTargets(endpointIds: [id])
        let version = try #require(targets[id]?.version)

        func claim(_ version: Int) async throws -> Int {
            try await store.claimDeliveries(
                limit: 10,
                leaseSeconds: 60,
                perEndpointMax: 2,
                endpointLimits: [id: 0],
                endpointVersions: [id: version]
            ).count
        }
        #expect(try await claim(version) == 0)
        #expect(try await claim(version + 1) == 0)
        #expect(try await claim(version - 1) == 2)

        _ = try await store.updateEndpoint(tenantId: fixture.tenantId, id: id) { $0.url += "b" }
        #expect(try await claim(version) == 1)
    }

    @Test func `a change is later than the one before it, whatever the clock says`() async throws {
        let fixture = try await EngineFixture.make()
        let id = try await fixture.endpoint("https://a.example.com/", secret: .generate()).id
        try await fixture.database.pool.execute(
            "UPDATE endpoints SET updated_at = now() + interval '1 hour' WHERE id = \(id)"
        )
        func version() async throws -> Int? {
            try await fixture.store.deliveryTargets(endpointIds: [id])[id]?.version
        }
        let before = try #require(try await version())

        _ = try await fixture.store.updateEndpoint(tenantId: fixture.tenantId, id: id) { $0.url += "b" }

        #expect(try #require(try await version()) > before)
    }
}

import Contracts
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite struct DeletedEndpointTests {
    private func count(_ fixture: Fixture, _ condition: SQL) async throws -> Int {
        try await fixture.database.pool.query("SELECT count(*) AS n FROM deliveries WHERE \(condition)")[0]
            .get("n")
    }

    private func delete(_ fixture: Fixture, _ endpoint: EndpointRecord) async throws {
        #expect(try await fixture.store.deleteEndpoint(tenantId: fixture.tenantId, id: endpoint.id))
    }

    @Test func `a deleted endpoint and its deliveries are gone at once, for everybody`() async throws {
        let fixture = try await Fixture.make()
        let (store, tenantId) = (fixture.store, fixture.tenantId)
        let endpoint = try await fixture.addEndpoint()
        _ = try await fixture.startRun()
        let messageId = try #require(try await fixture.deliver().first)
        _ = try await fixture.startRun()
        let delivered = try await store.deliveries(
            tenantId: tenantId,
            endpointId: endpoint.id,
            limit: 10,
            after: nil
        ).data
        #expect(delivered.count == 2)

        try await delete(fixture, endpoint)

        let id = endpoint.id
        #expect(try await !store.deleteEndpoint(tenantId: tenantId, id: id))
        #expect(try await store.endpoint(tenantId: tenantId, id: id) == nil)
        #expect(try await store.endpoints(tenantId: tenantId, limit: 1, after: nil).data.isEmpty)
        #expect(try await store.endpointKeys(tenantId: tenantId, id: id) == nil)
        #expect(try await store.pauseEndpoint(tenantId: tenantId, id: id) == nil)
        #expect(try await store.enableEndpoint(tenantId: tenantId, id: id) == nil)
        #expect(
            try await store.updateEndpoint(tenantId: tenantId, id: id) { $0.url = "https://b.test" } == nil
        )
        #expect(try await store.enqueueTest(tenantId: tenantId, endpointId: id) == nil)
        #expect(try await store.enqueueTests(tenantId: tenantId, endpointIds: [id]).isEmpty)
        #expect(
            try await store.deliveries(tenantId: tenantId, endpointId: id, limit: 10, after: nil).data.isEmpty
        )
        #expect(try await store.delivery(tenantId: tenantId, id: delivered[0].id) == nil)
        #expect(try await store.message(tenantId: tenantId, id: messageId)?.deliveries == [])
        #expect(try await store.deliveryTargets(endpointIds: [id]).isEmpty)
    }

    @Test func `a deleted endpoint gets nothing more, and nothing waits for it`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let endpoint = try await fixture.addEndpoint()
        _ = try await fixture.startRun()
        let messageId = try #require(try await fixture.messageIds().first)

        try await delete(fixture, endpoint)
        _ = try await fixture.startRun()
        _ = try await fixture.render(shorts: 1)

        #expect(try await store.claimDeliveries(limit: 10, leaseSeconds: 30).isEmpty)
        #expect(try await count(fixture, "true") == 1)
        #expect(try await store.pendingDeliveries() == 0)
        #expect(try await store.deliveryBacklog(perEndpointMax: 10).isEmpty)
        let pending = try await store.gauges().first { $0.name == "reelgate_deliveries_pending" }
        #expect(pending?.value == 0)
        let selection = ReplaySelection(states: [.pending, .missing], since: .distantPast)
        #expect(try await fixture.replay(endpoint, selection) == nil)
        await #expect(throws: Problem.self) {
            _ = try await fixture.replay(message: messageId, to: endpoint.id)
        }
        await #expect(throws: Problem.self) { _ = try await fixture.replay(message: messageId) }
        #expect(try await store.expireHeldDeliveries(olderThanDays: 0, limit: 10) == 0)
    }

    @Test func `an attempt under way ends, but disables no endpoint that is deleted`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint(["run.started"])
        let watcher = try await fixture.addEndpoint(["endpoint.disabled"])
        _ = try await fixture.startRun()
        let delivery = try #require(
            try await fixture.store.claimDeliveries(limit: 1, leaseSeconds: 30).first
        )

        try await delete(fixture, endpoint)
        #expect(
            try await fixture.store.finishDelivery(
                delivery.lease,
                attempt: Fixture.attempt(1, .rejected),
                next: .disableEndpoint(reason: "410 Gone")
            )
        )

        #expect(try await count(fixture, "endpoint_id = \(watcher.id)") == 0)
        #expect(try await count(fixture, "state = 'exhausted'") == 1)
    }

    @Test func `while one is being deleted the others are told, and nobody waits`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let other = try await fixture.addEndpoint()
        let runId = try await fixture.startRun()

        try await HeldTransaction.during(
            "UPDATE endpoints SET deleted_at = now(), state = 'paused' WHERE id = \(endpoint.id)",
            in: fixture.database
        ) {
            // It may yet be taken back, so what happens meanwhile is not lost to it either.
            try await fixture.database.pool.transaction { transaction in
                try transaction.execute("SET LOCAL lock_timeout = 20")
                try transaction.tell(
                    [Announcement(type: .runFailed, runId: runId, outputId: nil)],
                    tenants: [runId: fixture.tenantId],
                    links: fixture.store.links
                )
            }
        }

        #expect(try await count(fixture, "endpoint_id = \(endpoint.id)") == 2)
        #expect(try await count(fixture, "endpoint_id = \(other.id)") == 2)
    }

    @Test func `what is left of deleted endpoints goes in bounded steps, and nothing else goes`() async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let kept = try await fixture.addEndpoint()
        for _ in 0..<5 { _ = try await fixture.startRun() }
        try await delete(fixture, endpoint)

        var steps: [Int] = []
        for _ in 0..<4 { steps.append(try await fixture.store.removeDeletedEndpoints(limit: 2)) }

        #expect(steps == [2, 2, 2, 0])
        #expect(try await count(fixture, "endpoint_id = \(endpoint.id)") == 0)
        #expect(try await count(fixture, "endpoint_id = \(kept.id)") == 5)
        let ids = try await fixture.database.pool.query("SELECT id FROM endpoints")
            .map { try $0.get("id", as: String.self) }
        #expect(ids == [kept.id])
    }

    @Test func `a step of the removal keeps to a number of rows with their attempts, and ends all the same`()
        async throws
    {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5, prefix: "old")
        try await fixture.database.pool.execute("UPDATE deliveries SET attempts = 9")
        try await fixture.database.pool.execute("UPDATE deliveries SET attempts = 500 WHERE id = 'dlv_old1'")
        try await delete(fixture, endpoint)

        var steps: [Int] = []
        repeat {
            steps.append(try await fixture.store.removeDeletedEndpoints(limit: 100, rowsMax: 20))
        } while steps.last != 0

        // The last delivery, which alone has more, and the endpoint go together.
        #expect(steps == [2, 2, 2, 0])
        #expect(try await count(fixture, "true") == 0)
    }

    @Test func `a step of the removal reads no more than it removes`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        try await fixture.fill(endpoint, count: 5_000, prefix: "old")
        try await delete(fixture, endpoint)

        let rows = try await RowsRead.of("deliveries", in: fixture.database.pool) { transaction in
            let removed = try Store.removeDeletedEndpoints(transaction, limit: 10)
            guard removed == 10 else { throw FixtureError.unexpected }
        }

        #expect(rows < 100)
    }

    @Test func `the limit of endpoints counts those that there are`() async throws {
        let fixture = try await Fixture.make()
        var last = try await fixture.addEndpoint()
        for _ in 1..<Store.endpointsPerTenantMax { last = try await fixture.addEndpoint() }
        await #expect(throws: Problem.self) { _ = try await fixture.addEndpoint() }

        try await delete(fixture, last)

        _ = try await fixture.addEndpoint()
        await #expect(throws: Problem.self) { _ = try await fixture.addEndpoint() }
    }
}

extension Fixture {
    fileprivate func messageIds() async throws -> [String] {
        try await store.messages(tenantId: tenantId, limit: 100, after: nil).data.map(\.id)
    }
}

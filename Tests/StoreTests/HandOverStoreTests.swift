import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Threads

@testable import Store

/// What those who commit deliveries owe to the engine of their process.
@Suite struct HandOverStoreTests {
    @Test func `no place is set aside for messages of which one cannot be encoded`() async throws {
        let fixture = try await Fixture.make()
        let target = DeliveryTarget(
            endpointId: try await fixture.addEndpoint().id,
            tenantId: fixture.tenantId,
            url: "https://hooks.example.com/a",
            keys: []
        )
        let runId = try await fixture.startRun()
        var run = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: runId))
        let good = EventEnvelope(type: .runStarted, timestamp: Date(), data: EventEnvelope.Content(run: run))
        run.progress = .nan
        let bad = EventEnvelope(type: .runFailed, timestamp: Date(), data: EventEnvelope.Content(run: run))
        let receiver = Receiver()
        fixture.store.handOver.attach(receiver)

        let (store, tenantId) = (fixture.store, fixture.tenantId)
        await #expect(throws: (any Error).self) {
            try await store.pool.transaction { transaction in
                var (messages, deliveries) = (MessageRows(), DeliveryRows(store.links.outlet))
                for envelope in [good, bad] {
                    let message = try messages.add(envelope, tenantId: tenantId)
                    deliveries.add(message, to: target, isEnabled: true)
                }
                deliveries.insert(after: messages, in: transaction)
            }
        }
        #expect(receiver.places == 0)

        try await store.pool.transaction { transaction in
            var (messages, deliveries) = (MessageRows(), DeliveryRows(store.links.outlet))
            deliveries.add(try messages.add(good, tenantId: tenantId), to: target, isEnabled: true)
            deliveries.insert(after: messages, in: transaction)
            #expect(receiver.places == 1)
        }
        #expect(receiver.places == 0 && receiver.taken.map(\.endpointId) == [target.endpointId])
    }

    @Test(arguments: ["paused", "disabled"])
    func `what is held for an endpoint wakes nobody`(state: String) async throws {
        let fixture = try await Fixture.make()
        let held = try await fixture.addEndpoint()
        try await fixture.database.pool.execute(
            """
            UPDATE endpoints
            SET state = \(state), disabled_reason = CASE WHEN \(state) = 'disabled' THEN 'why' END
            """
        )
        let full = try await fixture.addEndpoint()
        let well = try await fixture.addEndpoint()
        let receiver = Receiver(full: [full.id])
        fixture.store.handOver.attach(receiver)

        try await fixture.store.pool.transaction { transaction in
            let content = EventEnvelope.Content(reason: "why")
            let envelope = EventEnvelope(type: .webhookTest, timestamp: Date(), data: content)
            try transaction.send(envelope, tenantId: fixture.tenantId, links: fixture.store.links)
        }

        #expect(receiver.spills == [[full.id]])
        #expect(receiver.taken.map(\.endpointId) == [well.id])
        let rows = try await fixture.database.pool.query("SELECT endpoint_id FROM deliveries")
        let told = try rows.map { try $0.get("endpoint_id", as: String.self) }
        #expect(Set(told) == [held.id, full.id, well.id])
    }

    @Test func `a hand-back waits for nobody, and leaves alone what another holds`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        let ids = try await fixture.store.enqueueTests(
            tenantId: fixture.tenantId,
            endpointIds: [String](repeating: endpoint.id, count: 4)
        )
        let claimed = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 60)
        #expect(claimed.map(\.messageId) == ids)
        let held = try #require(claimed.first)

        try await HeldTransaction.during(
            "SELECT id FROM deliveries WHERE id = \(held.deliveryId) FOR UPDATE",
            in: fixture.database
        ) {
            let started = ContinuousClock.now
            try await fixture.store.handBackDeliveries(claimed.map(\.lease))
            #expect(ContinuousClock.now - started < .seconds(5))
        }

        let again = try await fixture.store.claimDeliveries(limit: 10, leaseSeconds: 60)
        #expect(again.map(\.messageId) == Array(ids.dropFirst()))
    }

    @Test func `of what tells of an accepted run the engine hears what only the table tells of`() async throws
    {
        let fixture = try await Fixture.make()
        let ordered = try await fixture.addEndpoint()
        let paused = try await fixture.addEndpoint()
        try await fixture.database.pool.execute(
            "UPDATE endpoints SET ordering = CASE WHEN id = \(ordered.id) THEN 'run' ELSE 'none' END"
        )
        _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: paused.id)
        let unwell = try await fixture.addEndpoint()
        let full = try await fixture.addEndpoint()
        let well = try await fixture.addEndpoint()
        let receiver = Receiver(full: [full.id], unwell: [unwell.id])
        fixture.store.handOver.attach(receiver)
        let others = Locked(0)
        fixture.store.handOver.onSpill { others.withLock { $0 += 1 } }

        _ = try await fixture.store.acceptRun(fixture.newRun(), claim: nil)

        #expect(receiver.spills.first == [ordered.id, unwell.id])
        for _ in 0..<1_000 where receiver.spills.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(receiver.spills == [[ordered.id, unwell.id], [full.id]])
        #expect(others.withLock(\.self) == 2)
        #expect(receiver.taken.map(\.endpointId) == [well.id] && receiver.places == 0)
        let leased = try await fixture.database.pool.query(
            "SELECT endpoint_id FROM deliveries WHERE lease_token IS NOT NULL"
        )
        #expect(try leased.map { try $0.get("endpoint_id", as: String.self) } == [well.id])
    }

    @Test func `nobody is woken where all that tells of an accepted run is handed over or held`() async throws
    {
        let fixture = try await Fixture.make()
        let paused = try await fixture.addEndpoint()
        _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: paused.id)
        let well = try await fixture.addEndpoint()
        let receiver = Receiver()
        fixture.store.handOver.attach(receiver)

        _ = try await fixture.store.acceptRun(fixture.newRun(), claim: nil)

        for _ in 0..<1_000 where receiver.taken.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(receiver.taken.map(\.endpointId) == [well.id])
        #expect(receiver.spills.isEmpty)
    }
}

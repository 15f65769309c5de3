import Contracts
import Logging
import Postgres
import ServiceLifecycle
import Store
import TestSupport
import Testing
import Threads

@testable import Runtime

@Suite struct GatewayMemberTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func member(
        _ database: TestDatabase,
        gate: WorkGate = WorkGate(),
        patience: Duration = .zero
    ) -> (member: GatewayMember, store: Store) {
        let identity = GatewayIdentity(id: ResourceID.make(.gateway), version: "1.0.0", mark: LeaseMark())
        let store = Store(pool: database.pool, links: TestLinks.minter, leaseMark: identity.mark)
        let member = GatewayMember(
            store: store,
            identity: identity,
            gate: gate,
            wakes: [],
            logger: Self.logger,
            pause: .milliseconds(10),
            patience: patience
        )
        return (member, store)
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test func `a member is listed while it runs, and gone when it has ended`() async throws {
        let database = try await TestDatabase.make()
        let (member, store) = member(database)
        let running = Task { try await member.run() }

        try await until { try await !store.gateways().isEmpty }
        running.cancel()
        try await running.value

        #expect(try await store.gateways().isEmpty)
    }

    @Test func `an order to drain closes the gate, and one to go on opens it`() async throws {
        let database = try await TestDatabase.make()
        let gate = WorkGate()
        let (member, store) = member(database, gate: gate)
        #expect(gate.enter())
        await member.beatOnce()

        _ = try await store.drainGateways(id: nil, isResuming: false)
        await member.beatOnce()
        #expect(!gate.isOpen && !gate.enter())
        await member.beatOnce()
        #expect(try await store.gateways().map(\.state) == [.draining])
        gate.leave()
        await member.beatOnce()
        #expect(try await store.gateways().map(\.state) == [.drained])

        _ = try await store.drainGateways(id: nil, isResuming: true)
        await member.beatOnce()
        #expect(gate.isOpen)
    }

    @Test func `one that is about to end does not go on by any order`() async throws {
        let database = try await TestDatabase.make()
        let gate = WorkGate()
        let (member, store) = member(database, gate: gate)
        await member.beatOnce()

        member.startLeaving()
        await member.beatOnce()
        #expect(try await store.gateways().map(\.state) == [.draining])
        _ = try await store.drainGateways(id: nil, isResuming: true)
        await member.beatOnce()

        #expect(!gate.isOpen && member.isLeaving)
    }

    @Test func `who was away itself does not judge others`() async throws {
        let database = try await TestDatabase.make()
        let (gone, _) = member(database)
        let (hasty, _) = member(database)
        let (careful, store) = member(database, patience: .seconds(3_600))
        await gone.beatOnce()
        try await database.pool.execute("UPDATE gateways SET seen_at = now() - interval '1 minute'")
        let freed: SQL = "SELECT 1 AS one FROM gateways WHERE freed_at IS NOT NULL"

        await careful.beatOnce()
        #expect(try await database.pool.query(freed).isEmpty)
        await hasty.beatOnce()

        #expect(try await database.pool.query(freed).count == 1)
        #expect(try await store.gateways().count == 3)
    }

    @Test func `a closed gate lets nothing in, and is quiet when the last has left`() async throws {
        let gate = WorkGate()
        #expect(gate.enter())
        gate.bring()
        gate.close()
        #expect(!gate.enter())
        #expect(await !gate.waitUntilQuiet(atMostMs: 1))
        let waiting = Task { await gate.waitUntilQuiet(atMostMs: 60_000) }

        gate.leave()
        gate.leave()

        #expect(await waiting.value)
    }
}

import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct GatewayStoreTests {
    /// A gateway on the fixture's database.
    private struct Gateway {
        let identity: GatewayIdentity
        let store: Store

        init(_ fixture: Fixture) {
            identity = GatewayIdentity(id: ResourceID.make(.gateway), version: "1.0.0", mark: LeaseMark())
            store = Store(
                pool: fixture.database.pool,
                links: TestLinks.minter,
                leaseMark: identity.mark,
                jitter: { 0.5 }
            )
        }

        @discardableResult
        func beat(isIdle: Bool = false, isLeaving: Bool = false) async throws -> GatewayPulse {
            try await store.beat(identity, isIdle: isIdle, isLeaving: isLeaving)
        }

        /// Lets it have been silent for a time.
        func silence(_ fixture: Fixture, seconds: Int) async throws {
            try await fixture.database.pool.execute(
                """
                UPDATE gateways
                SET seen_at = now() - \(seconds) * interval '1 second'
                WHERE id = \(identity.id)
                """
            )
        }
    }

    @Test func `the leases of a silent gateway are free at once, and those of the others stay`() async throws
    {
        let fixture = try await Fixture.make()
        let (gone, here) = (Gateway(fixture), Gateway(fixture))
        #expect(try await gone.beat().isNew)
        #expect(try await here.beat().others == 1)
        for _ in 0..<2 { _ = try await fixture.startRun() }
        let lost = try #require(try await gone.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let kept = try #require(try await here.store.claimJobs(limit: 1, leaseSeconds: 600).first)

        #expect(try await here.store.freeSilentGateways() == 0)
        try await gone.silence(fixture, seconds: 7)

        #expect(try await here.store.freeSilentGateways() == 1)
        #expect(try await here.store.freeSilentGateways() == 0)
        #expect(try await here.beat().others == 0)
        let taken = try await here.store.claimJobs(limit: 10, leaseSeconds: 600)
        #expect(taken.map(\.job.id) == [lost.job.id])
        #expect(try await here.store.heartbeatJobs([kept.lease], leaseSeconds: 600) == [kept.job.id])
        // It was only paused: its token is good for nothing now, and it is one of them again.
        #expect(try await !gone.store.completeJob(lost.lease, artifacts: []))
        #expect(try await gone.beat().others == 1)
        #expect(try await here.store.gateways().allSatisfy { !$0.isSilent })
    }

    @Test func `a task and a delivery of a silent gateway are free at once too`() async throws {
        let fixture = try await Fixture.make()
        let (gone, here) = (Gateway(fixture), Gateway(fixture))
        try await gone.beat()
        _ = try await fixture.startRun()
        let job = try await fixture.claimOne()
        _ = try await fixture.store.mintTask(job.lease, Fixture.newTask())
        let lost = try #require(try await gone.store.claimDueTasks(limit: 1, leaseSeconds: 600).first)

        #expect(try await here.store.claimDueTasks(limit: 1, leaseSeconds: 600).isEmpty)
        try await gone.silence(fixture, seconds: 7)

        #expect(try await here.store.freeSilentGateways() == 1)
        let taken = try #require(try await here.store.claimDueTasks(limit: 1, leaseSeconds: 600).first)
        #expect(taken.task.id == lost.task.id)
        #expect(try await !gone.store.taskDispatched(lost.lease, externalId: "late", nextPollMs: 1))
    }

    @Test func `a gateway that leaves gives its work back and is forgotten`() async throws {
        let fixture = try await Fixture.make()
        let (leaver, here) = (Gateway(fixture), Gateway(fixture))
        try await leaver.beat()
        try await here.beat()
        _ = try await fixture.startRun()
        _ = try await leaver.store.claimJobs(limit: 1, leaseSeconds: 600)

        try await leaver.store.leave(leaver.identity)

        #expect(try await here.store.gateways().map(\.id) == [here.identity.id])
        #expect(try await here.store.claimJobs(limit: 1, leaseSeconds: 600).count == 1)
    }

    @Test func `a drain is heard with the heartbeat, ends when all is quiet, and can be taken back`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (one, two) = (Gateway(fixture), Gateway(fixture))
        try await one.beat()
        try await two.beat()

        let asked = try #require(
            try await fixture.store.drainGateways(id: one.identity.id, isResuming: false)
        )

        #expect(asked.map(\.state) == [.draining])
        #expect(try await one.beat().state == .draining)
        #expect(try await one.beat(isIdle: true).state == .drained)
        #expect(try await two.beat(isIdle: true).state == .serving)
        _ = try await fixture.store.drainGateways(id: one.identity.id, isResuming: false)
        #expect(try await one.beat().state == .drained)
        _ = try await fixture.store.drainGateways(id: nil, isResuming: true)
        #expect(try await one.beat().state == .serving)
        #expect(try await fixture.store.drainGateways(id: "gw_nobody", isResuming: false) == nil)
        #expect(try await one.beat(isLeaving: true).state == .draining)
    }

    @Test func `a gateway that was forgotten is registered anew, and a day of silence forgets one`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (old, here) = (Gateway(fixture), Gateway(fixture))
        try await old.beat()
        try await here.beat()
        try await old.silence(fixture, seconds: 90_000)

        _ = try await here.store.freeSilentGateways()

        #expect(try await here.store.gateways().map(\.id) == [here.identity.id])
        let again = try await old.beat()
        #expect(again.isNew && again.state == .serving)
    }
}

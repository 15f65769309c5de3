import Logging
import Store
import Testing
import Threads

@testable import Runtime

@Suite struct LeaseKeeperTests {
    @Test(.timeLimit(.minutes(1))) func `work ends when its lease is lost`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let runId = try await harness.startRun()
        let claimed = try #require(try await harness.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let keeper = LeaseKeeper(
            store: harness.store,
            leaseSeconds: 1,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let held = keeper.hold(claimed.lease)
        let renewal = Task { await keeper.keep() }
        let work = Task {
            try await held.whileHeld {
                _ = try await harness.store.cancelRun(tenantId: harness.tenantId, id: runId)
                try await Task.sleep(for: .seconds(3_600))
            }
        }

        await #expect(throws: LeaseLost.self) { try await work.value }
        renewal.cancel()
        await renewal.value
    }

    @Test func `work whose lease is kept ends by itself`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        _ = try await harness.startRun()
        let claimed = try #require(try await harness.store.claimJobs(limit: 1, leaseSeconds: 600).first)
        let isDone = Locked(false)

        try await HeldLease(claimed.lease).whileHeld { isDone.withLock { $0 = true } }

        #expect(isDone.withLock { $0 })
        let renewed = try await harness.store.heartbeatJobs([claimed.lease], leaseSeconds: 60)
        #expect(renewed == [claimed.job.id])
    }
}

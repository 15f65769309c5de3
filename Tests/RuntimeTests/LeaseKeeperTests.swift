import Foundation
import Logging
import Store
import Testing
import Threads

@testable import Runtime

@Suite struct LeaseKeeperTests {
    @Test(.timeLimit(.minutes(5))) func `work ends when its lease is lost`() async throws {
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

    @Test func `work that is cancelled says so, however soon the watch over its lease ends`() async throws {
        let held = HeldLease(JobLease(jobId: "job_1", token: UUID()))
        let work = Task {
            try await held.whileHeld {
                // Like a query that ends some time after it was cancelled.
                while !Task.isCancelled { await Task.yield() }
                for _ in 0..<1_000 { await Task.yield() }
                throw CancellationError()
            }
        }
        work.cancel()

        await #expect(throws: CancellationError.self) { try await work.value }
    }
}

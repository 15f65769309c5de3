import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct ComputingTests {
    /// Two claimed jobs of the same stage.
    private func pair(_ fixture: Fixture) async throws -> (ClaimedJob, ClaimedJob) {
        _ = try await fixture.startRun()
        _ = try await fixture.startRun()
        return (try await fixture.claimOne(), try await fixture.claimOne())
    }

    private func begin(
        _ fixture: Fixture,
        _ job: ClaimedJob,
        tenant: String? = nil
    ) async throws
        -> Store.Computing
    {
        try await fixture.store.beginComputing(
            job.lease,
            tenantId: tenant ?? fixture.tenantId,
            fingerprint: "f1"
        )
    }

    @Test func `one computes, the other waits and is not due before it ends`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)

        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two) == .waiting(on: one.job.id))
        #expect(try await begin(fixture, two) == .lost)

        let waiting = try await fixture.job(two.run.id, .transcode)
        #expect(waiting.state == .pending && waiting.tries == 0 && waiting.waitsOn == one.job.id)
        #expect(waiting.view.waitsOn == one.job.id)
        #expect(try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30).isEmpty)
        #expect(
            try await fixture.store.completeJob(
                one.lease,
                artifacts: [try Fixture.artifact("media.mp4")],
                fingerprint: "f1"
            )
        )
        let claimed = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)
        let again = try #require(claimed.first { $0.job.id == two.job.id })
        #expect(again.job.waitsOn == nil && again.job.tries == 1)
        #expect(try await begin(fixture, again) == .begun)
        #expect(
            try await fixture.eventTypes(two.run.id)
                == ["run.started", "job.started", "job.waiting", "job.started"]
        )
    }

    @Test func `a minted task keeps the right, and its failure passes it on`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)
        let task = Fixture.newTask()
        _ = try await fixture.store.mintTask(one.lease, task)
        #expect(try await begin(fixture, two) == .waiting(on: one.job.id))

        let problem = Problem(.stageFailed, detail: "out of memory")
        _ = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: true)
        )

        let next = try await fixture.claimOne()
        #expect(next.job.id == two.job.id)
        #expect(try await begin(fixture, next) == .begun)
        try await fixture.skipDelays()
        let retried = try await fixture.claimOne()
        #expect(retried.job.id == one.job.id)
        #expect(try await begin(fixture, retried) == .waiting(on: two.job.id))
    }

    @Test func `the right follows a job whose process died`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two) == .waiting(on: one.job.id))

        try await fixture.expireLeases("jobs")
        let taken = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)

        #expect(taken.map(\.job.id) == [one.job.id])
        #expect(try await begin(fixture, taken[0]) == .begun)
        #expect(try await begin(fixture, one) == .lost)
    }

    @Test(arguments: ["cancel", "fail", "release"])
    func `whatever ends the work of the one lets the other go on`(_ end: String) async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two) == .waiting(on: one.job.id))

        switch end {
        case "cancel": _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: one.run.id)
        case "fail":
            let problem = Problem(.stageFailed, detail: "no")
            _ = try await fixture.store.failJob(one.lease, problem: problem, retryAfterMs: nil)
        default: _ = try await fixture.store.releaseJob(one.lease)
        }

        let next = try await fixture.store.claimJobs(limit: 10, leaseSeconds: 30)
        #expect(next.contains { $0.job.id == two.job.id })
    }

    @Test func `a cancelled waiter waits for nobody any more`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)
        #expect(try await begin(fixture, one) == .begun)
        #expect(try await begin(fixture, two) == .waiting(on: one.job.id))

        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: two.run.id)

        #expect(try await fixture.job(two.run.id, .transcode).waitsOn == nil)
    }

    @Test func `tenants do not wait for each other`() async throws {
        let fixture = try await Fixture.make()
        let (one, two) = try await pair(fixture)

        #expect(try await begin(fixture, one, tenant: "ten_a") == .begun)
        #expect(try await begin(fixture, two, tenant: "ten_b") == .begun)
    }

    @Test func `of many that begin at once one computes`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        for _ in 0..<16 { _ = try await fixture.startRun() }
        let jobs = try await store.claimJobs(limit: 16, leaseSeconds: 30)
        #expect(jobs.count == 16)

        let outcomes = try await withThrowingTaskGroup(of: Store.Computing.self) { group in
            for job in jobs { group.addTask { try await begin(fixture, job) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(outcomes.count { $0 == .begun } == 1)
        #expect(outcomes.count { $0 != .begun && $0 != .lost } == 15)
    }

    @Test func `warnings of the begin stay with the job's result`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let refused = Warning(code: "reuse-refused", detail: "gone")
        let found = Warning(code: "no-face", detail: "nobody")
        _ = try await fixture.store.beginComputing(
            job.lease,
            tenantId: fixture.tenantId,
            fingerprint: "f1",
            warnings: [refused]
        )

        _ = try await fixture.store.completeJob(job.lease, artifacts: [], warnings: [found])

        #expect(try await fixture.job(id, .transcode).warnings == [refused, found])
    }

    @Test func `a job with a removed artifact is no source`() async throws {
        let fixture = try await Fixture.make()
        _ = try await fixture.startRun()
        let job = try await fixture.claimOne()
        let names = ["media.mp4", "media.json"]
        _ = try await fixture.store.completeJob(
            job.lease,
            artifacts: try names.map(Fixture.artifact),
            fingerprint: "f1"
        )
        func found() async throws -> String? {
            try await fixture.store.reusableJob(
                tenantId: fixture.tenantId,
                stage: .transcode,
                fingerprint: "f1"
            )?.job.id
        }
        #expect(try await found() == job.job.id)

        try await fixture.database.pool.execute(
            "UPDATE artifacts SET removed_at = now() WHERE name = 'media.json'"
        )

        #expect(try await found() == nil)
    }
}

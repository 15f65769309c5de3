import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import Testing

/// Handing a task over when nobody knows what became of the time before.
@Suite struct SubmissionTests {
    private let lost = Problem(.providerLostTask, detail: "no answer, and no callback", retryable: true)

    private func mint(
        _ fixture: Fixture,
        _ submission: Submission
    ) async throws -> (runId: String, task: NewTask) {
        let id = try await fixture.startRun()
        var task = Fixture.newTask()
        task.submission = submission
        let job = try await fixture.claimOne()
        guard try await fixture.store.mintTask(job.lease, task) != nil else { throw FixtureError.unexpected }
        return (id, task)
    }

    private func claimTask(_ fixture: Fixture) async throws -> ClaimedTask {
        guard let task = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30).first else {
            throw FixtureError.nothingToClaim
        }
        return task
    }

    private func redispatches(_ fixture: Fixture, _ runId: String) async throws -> [Problem?] {
        try await fixture.store.events(runId: runId, afterSequence: 0, limit: 1_000)
            .filter { $0.type == "task.redispatched" }.map(\.problem)
    }

    @Test func `a dispatch is written down before it is made, and not looked at before its time`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture, .blind)
        let store = fixture.store
        let claimed = try await claimTask(fixture)
        #expect(claimed.task.submission == .blind)

        #expect(try await store.taskSubmitting(claimed.lease, waitMs: 60_000, reason: nil))
        // The process dies here.
        try await fixture.expireLeases("tasks")

        #expect(try await store.task(id: task.id)?.state == .submitUnknown)
        #expect(try await store.claimDueTasks(limit: 1, leaseSeconds: 30).isEmpty)
        try await fixture.skipDelays()
        let next = try await claimTask(fixture)
        #expect(next.task.state == .submitUnknown && next.task.dispatches == 1)
        #expect(try await !store.taskSubmitting(claimed.lease, waitMs: 0, reason: lost))
        #expect(try await redispatches(fixture, id).isEmpty)
    }

    @Test func `a second dispatch of the same attempt leaves its reason before it is made`() async throws {
        let fixture = try await Fixture.make()
        let (id, _) = try await mint(fixture, .idempotent)
        let store = fixture.store

        #expect(try await store.taskSubmitting(try await claimTask(fixture).lease, waitMs: 0, reason: nil))
        try await fixture.expireLeases("tasks")
        #expect(try await store.taskSubmitting(try await claimTask(fixture).lease, waitMs: 0, reason: lost))

        #expect(try await redispatches(fixture, id) == [lost])
    }

    @Test func `a callback ends a task whose dispatch was never answered`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture, .blind)
        let claimed = try await claimTask(fixture)
        _ = try await fixture.store.taskSubmitting(claimed.lease, waitMs: 60_000, reason: nil)

        let settled = try await fixture.store.settleTask(
            taskId: task.id,
            attempt: 1,
            outcome: .completed(artifacts: [])
        )

        #expect(settled == .applied)
        #expect(try await fixture.job(id, .transcode).state == .completed)
    }

    @Test(arguments: Submission.allCases)
    func `a task that never arrives is dispatched anew so often, each time with the reason`(
        submission: Submission
    ) async throws {
        let fixture = try await Fixture.make()
        let (id, _) = try await mint(fixture, submission)
        let store = fixture.store

        for attempt in 1...submission.lossesMax + 1 {
            try await fixture.skipDelays()
            let claimed = try await claimTask(fixture)
            #expect(claimed.task.attempt == attempt)
            #expect(try await store.taskSubmitting(claimed.lease, waitMs: 0, reason: nil))
            #expect(try await store.taskLost(claimed.lease, problem: lost))
        }

        #expect(try await fixture.state(id) == .failed)
        #expect(try await store.run(tenantId: fixture.tenantId, id: id)?.problem == lost)
        #expect(
            try await redispatches(fixture, id) == Array(repeating: lost, count: submission.lossesMax)
        )
    }

    @Test func `a dispatch that surely did not arrive is no open question`() async throws {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture, .blind)
        let store = fixture.store
        let away = Problem(.providerUnreachable, detail: "refused the connection")

        for deferred in 1...3 {
            try await fixture.skipDelays()
            let claimed = try await claimTask(fixture)
            #expect(try await store.taskSubmitting(claimed.lease, waitMs: 60_000, reason: nil))
            #expect(
                try await store.taskDeferred(
                    claimed.lease,
                    delayMs: 0,
                    problem: away,
                    isNotTaken: true
                )
            )
            let after = try await store.task(id: task.id)
            #expect(after?.state == .minted && after?.dispatches == deferred)
        }
        #expect(try await redispatches(fixture, id).isEmpty)
    }

    @Test func `a task whose result came with the reply is asked about by nobody while that is kept`()
        async throws
    {
        let fixture = try await Fixture.make()
        _ = try await mint(fixture, .blind)
        let store = fixture.store
        let claimed = try await claimTask(fixture)

        #expect(
            try await store.taskDispatched(claimed.lease, externalId: "x1", nextPollMs: 0, isHeld: true)
        )

        #expect(try await store.claimDueTasks(limit: 1, leaseSeconds: 30).isEmpty)
        #expect(try await store.renewTask(claimed.lease, leaseSeconds: 30))
        // Until what was made turns out not to be at hand.
        #expect(try await store.taskDeferred(claimed.lease, delayMs: 0, problem: nil))
        #expect(try await claimTask(fixture).task.externalId == "x1")
    }

    @Test func `a task that waited in line when it was lost has not used up a loss`() async throws {
        let fixture = try await Fixture.make()
        let (_, task) = try await mint(fixture, .idempotent)
        let store = fixture.store

        for _ in 0..<Store.taskLossesMax + 2 {
            try await fixture.skipDelays()
            let claimed = try await claimTask(fixture)
            #expect(try await store.taskDispatched(claimed.lease, externalId: "x1", nextPollMs: 0))
            let polled = try await claimTask(fixture)
            #expect(
                try await store.taskPolled(
                    polled.lease,
                    progress: 0,
                    nextPollMs: 0,
                    isWaitingInLine: true
                )
            )
            #expect(try await store.taskLost(try await claimTask(fixture).lease, problem: lost))
        }

        let after = try #require(try await store.task(id: task.id))
        #expect(after.losses == 0 && after.waitingLosses == Store.taskLossesMax + 2)
        #expect(after.state == .minted)
    }

    @Test func `a task that is handed over when its run is cancelled is cancelled at its provider`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (id, task) = try await mint(fixture, .blind)
        let claimed = try await claimTask(fixture)
        _ = try await fixture.store.taskSubmitting(claimed.lease, waitMs: 60_000, reason: nil)

        _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: id)

        let told = try await fixture.store.claimTaskCancellations(limit: 5, leaseSeconds: 30)
        #expect(told.map(\.task.id) == [task.id])
        #expect(try await !fixture.store.taskDispatched(claimed.lease, externalId: "x1", nextPollMs: 1))
    }
}

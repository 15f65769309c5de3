import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct RecoveryStoreTests {
    private func mint(_ fixture: Fixture) async throws -> NewTask {
        _ = try await fixture.startRun()
        let task = Fixture.newTask()
        let job = try await fixture.claimOne()
        guard try await fixture.store.mintTask(job.lease, task) != nil else { throw FixtureError.unexpected }
        return task
    }

    private func claimTask(_ fixture: Fixture) async throws -> ClaimedTask {
        guard let task = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 600).first else {
            throw FixtureError.nothingToClaim
        }
        return task
    }

    @Test func `what dead processes held is free at once, and a living one only loses a race`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        _ = try await mint(fixture)
        let dead = try await claimTask(fixture)
        _ = try await fixture.startRun()
        let job = try #require(try await store.claimJobs(limit: 1, leaseSeconds: 600).first)

        #expect(try await store.expireLeases() == 2)

        #expect(try await store.expireLeases() == 0)
        #expect(try await store.heartbeatJobs([job.lease], leaseSeconds: 600) == [job.job.id])
        #expect(try await store.claimJobs(limit: 1, leaseSeconds: 600).isEmpty)
        let next = try await claimTask(fixture)
        #expect(next.task.id == dead.task.id)
        #expect(try await !store.taskDispatched(dead.lease, externalId: "late", nextPollMs: 1))
        #expect(try await store.taskDispatched(next.lease, externalId: "x1", nextPollMs: 1))
    }

    @Test func `tasks of a provider that came back are due, but not those that pause after a failure`()
        async throws
    {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let (_, tasks) = try await fixture.render(shorts: 3)
        let claimed = try await store.claimDueTasks(limit: 3, leaseSeconds: 600)
        let away = Problem(.providerUnreachable, detail: "away")
        #expect(
            try await store.taskDispatched(claimed[0].lease, externalId: "x1", nextPollMs: 600_000)
        )
        #expect(try await store.taskDeferred(claimed[1].lease, delayMs: 600_000, problem: away))
        _ = try await store.settleTask(
            taskId: claimed[2].task.id,
            attempt: 1,
            outcome: .failed(Problem(.renderFailed, detail: "no"), isRetryable: true)
        )
        #expect(tasks.count == 3)

        #expect(try await store.hastenTasks(provider: "somebody") == 0)
        #expect(try await store.hastenTasks(provider: "worker") == 2)

        let due = try await store.claimDueTasks(limit: 3, leaseSeconds: 600).map(\.task.id)
        #expect(Set(due) == [claimed[0].task.id, claimed[1].task.id])
    }

    @Test func `a task that is lost with each restart of its gateway goes on`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let task = try await mint(fixture)
        let lost = Problem(.providerLostTask, detail: "gone")

        for _ in 0...Store.taskLossesMax {
            let dispatch = try await claimTask(fixture)
            #expect(try await store.taskDispatched(dispatch.lease, externalId: task.id, nextPollMs: 0))
            try await store.excuseLosses(provider: "worker")
            #expect(try await store.taskLost(try await claimTask(fixture).lease, problem: lost))
        }

        #expect(try await store.task(id: task.id)?.losses == 1)
        #expect(try await store.task(id: task.id)?.state == .minted)
    }

    @Test func `a provider that is busy costs no try and no time of the deadline`() async throws {
        let fixture = try await Fixture.make()
        let task = try await mint(fixture)
        let before = try #require(try await fixture.store.task(id: task.id))

        for _ in 0..<3 {
            let claimed = try await claimTask(fixture)
            #expect(try await fixture.store.taskQueued(claimed.lease, delayMs: 0))
        }

        let after = try #require(try await fixture.store.task(id: task.id))
        #expect(after.dispatches == 0 && after.state == .minted)
        #expect(after.deadlineAt > before.deadlineAt)
    }

    @Test func `it is remembered since when a provider is busy, as long as the attempt is`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let task = try await mint(fixture)
        func queue(isRefused: Bool) async throws -> Date? {
            let claimed = try await claimTask(fixture)
            #expect(try await store.taskQueued(claimed.lease, delayMs: 0, isRefused: isRefused))
            return try await store.task(id: task.id)?.busySince
        }
        #expect(try await queue(isRefused: false) == nil)
        let first = try #require(try await queue(isRefused: true))
        #expect(try await queue(isRefused: true) == first)
        // What it waits for by then is a place of ours.
        #expect(try await queue(isRefused: false) == nil)
        #expect(try await queue(isRefused: true) != nil)

        let lost = Problem(.providerLostTask, detail: "gone")
        #expect(try await store.taskLost(try await claimTask(fixture).lease, problem: lost))
        #expect(try await store.task(id: task.id)?.busySince == nil)
        try await fixture.skipDelays()
        #expect(try await queue(isRefused: true) != nil)
        let taken = try await claimTask(fixture)
        #expect(try await store.taskDispatched(taken.lease, externalId: "x", nextPollMs: 0))
        #expect(try await store.task(id: task.id)?.busySince == nil)
    }

    @Test func `losses use up no attempts of a short, and a reset begins anew`() async throws {
        let fixture = try await Fixture.make()
        let store = fixture.store
        let (runId, tasks) = try await fixture.render(shorts: 1)
        let lost = Problem(.providerLostTask, detail: "gone")
        let failure = TaskOutcome.failed(Problem(.renderFailed, detail: "no"), isRetryable: true)
        for _ in 0..<Store.taskLossesMax {
            #expect(try await store.taskLost(try await claimTask(fixture).lease, problem: lost))
            try await fixture.skipDelays()
        }
        var attempt = Store.taskLossesMax + 1
        for _ in 1..<RetryPolicy.stage.attemptsMax {
            #expect(
                try await store.settleTask(taskId: tasks[0].id, attempt: attempt, outcome: failure)
                    == .applied
            )
            #expect(try await fixture.state(runId) == .analysisComplete)
            attempt += 1
        }

        #expect(
            try await store.settleTask(taskId: tasks[0].id, attempt: attempt, outcome: failure) == .applied
        )

        #expect(try await fixture.state(runId) == .deliveryFailed)
        let output = try #require(try await store.outputs(runId: runId).first)
        #expect(try await store.retryOutput(tenantId: fixture.tenantId, id: output.id) == .reset)
        let task = try #require(try await store.task(id: tasks[0].id))
        #expect(task.failures == 0 && task.losses == 0 && task.attempt == attempt + 1)
    }
}

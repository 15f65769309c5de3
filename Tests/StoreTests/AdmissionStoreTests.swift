import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// Limits of providers, kept by all gateways together.
@Suite struct AdmissionStoreTests {
    /// Claimed tasks of as many runs.
    private func tasks(_ fixture: Fixture, _ count: Int) async throws -> [ClaimedTask] {
        for index in 0..<count {
            _ = try await fixture.start(fixture.newRun(url: "https://example.com/\(index).mp4"))
            let claimed = try await fixture.claimOne()
            _ = try await fixture.store.mintTask(claimed.lease, Fixture.newTask())
        }
        return try await fixture.store.claimDueTasks(limit: count, leaseSeconds: 60)
    }

    private func admit(
        _ fixture: Fixture,
        _ task: ClaimedTask,
        _ limits: ProviderLimits,
        cost: TaskCost = TaskCost()
    ) async throws -> TaskAdmission {
        try await fixture.store.admitTask(
            task.lease,
            provider: task.task.provider,
            limits: limits,
            cost: cost,
            waitMs: 1_000,
            reason: nil
        )
    }

    @Test func `no more tasks are handed over than a provider may have at once`() async throws {
        let fixture = try await Fixture.make()
        let tasks = try await tasks(fixture, 4)
        let limits = ProviderLimits(concurrency: 2)
        // All at once, as of several gateways.
        let admissions = try await withThrowingTaskGroup(of: TaskAdmission.self) { group in
            for task in tasks { group.addTask { try await admit(fixture, task, limits) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(admissions.count { $0 == .submitting } == 2)
        #expect(admissions.count { $0 == .wait(ms: ProviderLimits.fullDelayMs) } == 2)
    }

    @Test func `a claim leaves out what would find no place`() async throws {
        let fixture = try await Fixture.make()
        let tasks = try await tasks(fixture, 3)
        _ = try await admit(fixture, tasks[0], .none)
        _ = try await fixture.store.taskDispatched(tasks[0].lease, externalId: "x", nextPollMs: 0)
        try await fixture.expireLeases("tasks")
        let provider = tasks[0].task.provider
        let full = try await fixture.store.claimDueTasks(
            limit: 10,
            leaseSeconds: 60,
            places: [provider: 1]
        )
        // What it has is polled all the same.
        #expect(full.map(\.task.id) == [tasks[0].task.id])
        try await fixture.expireLeases("tasks")
        let free = try await fixture.store.claimDueTasks(
            limit: 10,
            leaseSeconds: 60,
            places: [provider: 2, "other": 0]
        )
        #expect(free.count == 3)
    }

    @Test func `a day's minutes are counted once for each attempt, and what was not taken not at all`()
        async throws
    {
        let fixture = try await Fixture.make()
        let tasks = try await tasks(fixture, 3)
        let limits = ProviderLimits(minutesPerDay: 10)
        let cost = TaskCost(mediaMs: 6 * 60_000)
        #expect(try await admit(fixture, tasks[0], limits, cost: cost) == .submitting)
        guard case .refused = try await admit(fixture, tasks[1], limits, cost: cost) else {
            Issue.record("the day's minutes are not kept to")
            return
        }
        // The provider was busy: it did not take the first one after all.
        #expect(try await fixture.store.taskQueued(tasks[0].lease, delayMs: 0))
        #expect(try await admit(fixture, tasks[1], limits, cost: cost) == .submitting)
        #expect(try await fixture.store.use(of: tasks[1].task.provider).mediaMsToday == cost.mediaMs)
        // Handing the same attempt over once more costs nothing more.
        #expect(try await admit(fixture, tasks[1], .none, cost: cost) == .submitting)
        #expect(try await fixture.store.use(of: tasks[1].task.provider).mediaMsToday == cost.mediaMs)
    }

    @Test func `yesterday's minutes and the minute before do not count`() async throws {
        let fixture = try await Fixture.make()
        let tasks = try await tasks(fixture, 1)
        let cost = TaskCost(mediaMs: 60_000, renders: 2)
        _ = try await admit(fixture, tasks[0], .none, cost: cost)
        let provider = tasks[0].task.provider
        let now = try await fixture.store.use(of: provider)
        #expect(
            now.live == 1 && now.givenInMinute == 1 && now.mediaMsToday == 60_000 && now.rendersToday == 2
        )
        try await fixture.database.pool.execute(
            "UPDATE provider_uses SET used_at = now() - interval '25 hours'"
        )
        let later = try await fixture.store.use(of: provider)
        #expect(later == ProviderUse(live: 1))
    }

    @Test func `what waited for its place has its whole time`() async throws {
        let fixture = try await Fixture.make()
        let task = try #require(try await tasks(fixture, 1).first)
        try await fixture.database.pool.execute(
            "UPDATE tasks SET deadline_at = now() - interval '1 hour' WHERE id = \(task.task.id)"
        )
        #expect(try await admit(fixture, task, ProviderLimits(concurrency: 1)) == .submitting)
        let deadline = try #require(try await fixture.store.task(id: task.task.id)).deadlineAt
        #expect(deadline > Date())
    }

    @Test func `who lost the lease hands nothing over, and nothing is counted`() async throws {
        let fixture = try await Fixture.make()
        let task = try #require(try await tasks(fixture, 1).first)
        try await fixture.expireLeases("tasks")
        _ = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 60)
        #expect(try await admit(fixture, task, .none, cost: TaskCost(renders: 1)) == .lost)
        #expect(try await fixture.store.use(of: task.task.provider).rendersToday == 0)
    }

    @Test func `who lost the lease takes back nothing that another has counted`() async throws {
        let fixture = try await Fixture.make()
        let late = try #require(try await tasks(fixture, 1).first)
        try await fixture.expireLeases("tasks")
        let task = try #require(try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 60).first)
        #expect(try await admit(fixture, task, .none, cost: TaskCost(renders: 1)) == .submitting)
        // The first one hears only now that the provider was busy.
        #expect(try await fixture.store.taskQueued(late.lease, delayMs: 0) == false)
        let deferred = try await fixture.store.taskDeferred(
            late.lease,
            delayMs: 0,
            problem: nil,
            isNotTaken: true
        )
        #expect(!deferred)
        #expect(try await fixture.store.use(of: task.task.provider).rendersToday == 1)
    }

    @Test func `a standing tells what a provider has and how its tasks ended`() async throws {
        let fixture = try await Fixture.make()
        let tasks = try await tasks(fixture, 3)
        for (task, way) in zip(tasks, [SettledBy.callback, .poll]) {
            _ = try await admit(fixture, task, .none)
            let problem = Problem(.providerRefused, detail: "no", retryable: false)
            _ = try await fixture.store.settleTask(
                taskId: task.task.id,
                attempt: 1,
                outcome: way == .poll ? .failed(problem, isRetryable: false) : .completed(artifacts: []),
                by: way
            )
        }
        let standing = try await fixture.store.standing(of: tasks[0].task.provider)
        #expect(standing.live == 0 && standing.queued == 1)
        #expect(standing.endings == ProviderView.Endings(poll: 1, callback: 1))
        #expect(standing.lastSuccessAt != nil && standing.lastFailureAt != nil)
        #expect(standing.lastFailure?.detail == "no")
        let nobody = try await fixture.store.standing(of: "nobody")
        #expect(nobody.live == 0 && nobody.lastSuccessAt == nil && nobody.lastFailure == nil)
    }
}

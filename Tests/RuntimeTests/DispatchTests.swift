import Contracts
import Foundation
import Pipeline
import Providers
import Runtime
import Store
import Testing

/// Dispatches whose outcome nobody knows, at each kind of provider.
@Suite struct DispatchTests {
    private func reasons(_ harness: Harness, _ run: RunView, _ stage: Stage) async throws -> [Problem] {
        try await harness.store.events(runId: run.id, afterSequence: 0, limit: 1_000)
            .filter { $0.type == "task.redispatched" && $0.stage == stage.rawValue }
            .compactMap(\.problem)
    }

    private func attempts(_ harness: Harness, _ kind: ProviderTask.Kind) -> [Int] {
        harness.provider.submitted.filter { $0.kind == kind }.map(\.attempt)
    }

    @Test func `an idempotent provider is told again, under the same attempt, and why is recorded`()
        async throws
    {
        let harness = try await Harness { task, dispatches in
            task.kind == .segment && dispatches == 0 ? .vanish : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1, 1])
        let recorded = try await reasons(harness, run, .segment)
        #expect(recorded.count == 1)
        #expect(recorded.first?.detail.contains("the connection broke") == true)
    }

    @Test func `a provider that can be asked is asked first, and has it`() async throws {
        let harness = try await Harness(submission: .findable) { task, _ in
            task.kind == .segment ? .workUnanswered : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1])
        #expect(try await reasons(harness, run, .segment).isEmpty)
    }

    @Test func `a provider that can be asked and has nothing gets the task anew`() async throws {
        let harness = try await Harness(submission: .findable) { task, _ in
            task.kind == .segment && task.attempt == 1 ? .vanish : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1, 2])
        #expect(try await reasons(harness, run, .segment).count == 1)
    }

    @Test func `a blind provider is waited for, and its callback ends the task`() async throws {
        let harness = try await Harness(submission: .blind, unknownWaitMs: 600_000) { task, _ in
            task.kind == .segment ? .workHeardUnanswered : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1])
        #expect(try await reasons(harness, run, .segment).isEmpty)
    }

    @Test func `a blind provider that never calls back gets the task so often, each time with the reason`()
        async throws
    {
        let harness = try await Harness(submission: .blind) { task, _ in
            task.kind == .segment ? .vanish : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "failed")
        #expect(run.error?.slug == "provider-unreachable")
        #expect(run.error?.detail.contains("the connection broke") == true)
        #expect(attempts(harness, .segment) == Array(1...Submission.blind.lossesMax + 1))
        #expect(try await reasons(harness, run, .segment).count == Submission.blind.lossesMax)
    }

    @Test(arguments: Submission.allCases)
    func `a provider that surely did not get the task is told again without a reason`(
        submission: Submission
    ) async throws {
        let harness = try await Harness(submission: submission) { task, dispatches in
            task.kind == .segment && dispatches == 0 ? .unreachable : .work(callbacks: 1)
        }

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1, 1])
        #expect(try await reasons(harness, run, .segment).isEmpty)
    }

    @Test func `polls that bring no answer are made again, and cost no attempt`() async throws {
        let busy = Problem(.providerBusy, detail: "asked too often")
        let broken = Problem(.providerRefused, detail: "status 500", retryable: true)
        let harness = try await Harness(
            pollTrouble: { _, polls in
                switch polls {
                case 1: .unreachable(busy, retryAfterMs: 50)
                case 2: .unreachable(broken)
                default: nil
                }
            },
            script: { task, _ in task.kind == .segment ? .workUnheard : .work(callbacks: 1) }
        )

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.state == "fully_generated")
        #expect(attempts(harness, .segment) == [1])
        let task = try #require(harness.provider.submitted.first { $0.kind == .segment })
        #expect(try await harness.store.task(id: task.taskId)?.pollFailures == 2)
    }

    @Test func `a provider that cannot be asked until the deadline fails the stage in its words`()
        async throws
    {
        let broken = Problem(.providerUnreachable, detail: "no answer within 15 s", retryable: true)
        let harness = try await Harness(
            deadlineMs: 20_000,
            pollTrouble: { _, _ in .unreachable(broken) },
            script: { task, _ in task.kind == .segment ? .keepRunning : .work(callbacks: 1) }
        )

        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }

        #expect(run.error?.slug == "deadline-exceeded")
        #expect(run.error?.detail.contains("no answer within 15 s") == true)
        let tasks = harness.provider.submitted.filter { $0.kind == .segment }.map(\.taskId)
        #expect(harness.provider.cancelled.filter(tasks.contains) == tasks)
    }
}

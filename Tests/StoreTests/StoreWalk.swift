import Contracts
import Foundation
import Pipeline
import Postgres
import RunModelSupport
import Store
import TestSupport

/// Drives one run of a real store by the steps of the model, and reads it back as a model.
final class StoreWalk {
    let fixture: Fixture
    let runId: String
    private(set) var model = RunModel()
    private var leases: [Stage: JobLease] = [:]
    /// In the order of the model's pieces.
    private var taskIds: [String] = []

    init() async throws {
        fixture = try await Fixture.make()
        runId = try await fixture.startRun()
    }

    /// Takes a step on both sides.
    func step(_ step: RunStep) async throws {
        switch step {
        case .claim:
            try await fixture.skipDelays()
            for claimed in try await fixture.store.claimJobs(limit: 100, leaseSeconds: 600) {
                leases[claimed.job.stage] = claimed.lease
            }
        case .loseJob(let pick):
            guard let stage = model.pickHeld(pick) else { break }
            try await fixture.database.pool.execute(
                """
                UPDATE jobs
                SET lease_until = now() - interval '1 second'
                WHERE run_id = \(runId) AND stage = \(stage) AND lease_token IS NOT NULL
                """
            )
        case .completeJob(let pick):
            guard let (stage, lease) = held(pick), stage != .compose else { break }
            _ = try await fixture.store.completeJob(lease, artifacts: [])
        case .failJob(let pick, let failure):
            guard let (stage, lease) = held(pick) else { break }
            let delayMs = failure.delayMs(after: model.facts(stage).tries, jitter: 0.5)
            _ = try await fixture.store.failJob(lease, problem: Self.problem(failure), retryAfterMs: delayMs)
        case .releaseJob(let pick):
            guard let (_, lease) = held(pick) else { break }
            _ = try await fixture.store.releaseJob(lease)
        case .delegate(let pick):
            guard let (stage, lease) = held(pick), stage != .compose else { break }
            let task = Fixture.newTask()
            if try await fixture.store.mintTask(lease, task) != nil { taskIds.append(task.id) }
        case .compose(let count): try await compose(count)
        case .signal(let pick, let event, let offset): try await signal(pick, event, offset: offset)
        case .cancel: _ = try await fixture.store.cancelRun(tenantId: fixture.tenantId, id: runId)
        // What a reset brings has its own tests.
        case .reset, .retryOutput: return
        }
        model.apply(step)
    }

    /// Uses a lease that is not the current one: nothing may come of it.
    func stepLate(_ lease: JobLease) async throws -> Bool {
        try await fixture.store.completeJob(lease, artifacts: [])
    }

    var currentLeases: [Stage: JobLease] { leases }

    /// Where the store and the model differ.
    func differences() async throws -> [String] {
        var found: [String] = []
        func compare(_ name: String, _ stored: some Equatable, _ expected: some Equatable) {
            if "\(stored)" != "\(expected)" { found.append("\(name): \(stored), not \(expected)") }
        }
        let run = try await fixture.database.pool.query(
            "SELECT state, outputs_open FROM runs WHERE id = \(runId)"
        )[0]
        compare("run", try run.get("state", as: RunState.self), model.run)
        compare("outputs_open", try run.get("outputs_open", as: Int.self), model.shortsOpen)
        for job in try await fixture.store.jobs(runId: runId) {
            guard let expected = model.jobs[job.stage] else { continue }
            compare("\(job.stage)", job.state, expected.state)
            compare("attempt of \(job.stage)", job.attempt, expected.attempt)
            compare("tries of \(job.stage)", job.tries, expected.tries)
        }
        for (index, id) in taskIds.enumerated() {
            guard let task = try await fixture.store.task(id: id) else { continue }
            let expected = model.pieces[index]
            compare("task \(index)", task.state, expected.state)
            compare("attempt of task \(index)", task.attempt, expected.attempt)
            compare("failures of task \(index)", task.failures, expected.failures)
            compare("losses of task \(index)", task.losses, expected.losses)
        }
        compare("tasks", taskIds.count, model.pieces.count)
        let outputs = try await fixture.store.outputs(runId: runId).sorted { $0.ordinal < $1.ordinal }
        compare("shorts", outputs.map(\.state), model.shorts)
        return found
    }

    private func held(_ pick: Int) -> (Stage, JobLease)? {
        model.pickHeld(pick).flatMap { stage in leases[stage].map { (stage, $0) } }
    }

    private func compose(_ count: Int) async throws {
        guard model.held.contains(.compose), let lease = leases[.compose] else { return }
        let shorts = (1...count).map { Fixture.short($0) }
        let isDone = try await fixture.store.completeCompose(
            lease,
            artifacts: [],
            compositionLocation: "x",
            shorts: shorts
        )
        if isDone { taskIds += shorts.map(\.task.id) }
    }

    private func signal(_ pick: Int, _ event: TaskSignal.Event, offset: Int) async throws {
        guard !taskIds.isEmpty else { return }
        let index = pick % taskIds.count
        let attempt = model.pieces[index].attempt + offset
        let store = fixture.store
        switch event {
        case .completed:
            _ = try await store.settleTask(
                taskId: taskIds[index],
                attempt: attempt,
                outcome: .completed(artifacts: [])
            )
        case .completedInPart(let failure):
            _ = try await store.settleTask(
                taskId: taskIds[index],
                attempt: attempt,
                outcome: .completed(artifacts: [], lack: Self.problem(failure))
            )
        case .failed(let failure):
            _ = try await store.settleTask(
                taskId: taskIds[index],
                attempt: attempt,
                outcome: .failed(Self.problem(failure), isRetryable: failure.isRetryable)
            )
        case .cancelled:
            _ = try await store.settleTask(taskId: taskIds[index], attempt: attempt, outcome: .cancelled)
        case .progress:
            try await store.recordProgress(taskId: taskIds[index], attempt: attempt, progress: 0.5)
        case .dispatched, .submitUnknown, .forgotten:
            guard let lease = try await lease(index, attempt: attempt) else { return }
            switch event {
            case .dispatched: _ = try await store.taskDispatched(lease, externalId: "x", nextPollMs: 0)
            case .submitUnknown: _ = try await store.taskSubmitting(lease, waitMs: 0, reason: nil)
            default:
                let lost = Problem(.providerLostTask, detail: "gone")
                _ = try await store.taskLost(lease, problem: lost)
            }
        }
    }

    /// A lease on a task, for the attempt that a signal is about; nil when the task is not to be had.
    private func lease(_ index: Int, attempt: Int) async throws -> TaskLease? {
        try await fixture.expireLeases("tasks")
        try await fixture.skipDelays()
        let claimed = try await fixture.store.claimDueTasks(limit: 1_000, leaseSeconds: 600)
        return claimed.first { $0.task.id == taskIds[index] }.map {
            TaskLease(taskId: $0.lease.taskId, attempt: attempt, token: $0.lease.token)
        }
    }

    /// A problem of the class, with the words of the provider.
    private static func problem(_ failure: Failure) -> Problem {
        let slug: Problem.Slug =
            switch failure.kind {
            case .busy: .providerBusy
            case .away: .providerUnreachable
            case .refused: .providerRefused
            case .timedOut: .deadlineExceeded
            case .lost: .providerLostTask
            case .broken: .stageFailed
            case .badResult: .artifactInvalid
            case .ours: .internalError
            case .badInput: .sourceNoSpeech
            }
        return Problem(slug, detail: "said the provider", retryable: failure.isRetryable)
    }
}

import Contracts
import Foundation
import Pipeline
import Providers
import Runtime
import RuntimeSupport
import Signatures
import Store
import Threads

/// A provider in this process that follows a script.
final class FakeProvider: Provider {
    /// What happens when a task comes.
    enum Step: Sendable {
        /// Works, calls back so often before it answers the dispatch, then tells polls too.
        case work(callbacks: Int)
        /// Works, but every callback is lost.
        case workUnheard
        /// Works, but the answer to the dispatch is lost, and so is the callback.
        case workUnanswered
        /// Works and calls back, but the answer to the dispatch is lost.
        case workHeardUnanswered
        /// The dispatch is lost, and nobody knows it.
        case vanish
        /// It surely did not get the task.
        case unreachable
        case fail(Problem)
        /// Works, and calls back that something is lacking of it.
        case lack(Problem)
        /// Works, but calls back that it failed; polls tell the truth.
        case contradict(Problem)
        /// Takes the task and knows nothing of it when asked.
        case forget
        /// Takes the task and never ends it.
        case keepRunning
        case busy
        case refuse(Problem)
    }

    private struct State {
        var polls: [String: Int] = [:]
        var submitted: [ProviderTask] = []
        var reports: [String: TaskReport] = [:]
        var forgotten: Set<String> = []
        var cancelled: [String] = []
        var waiters: [(kind: ProviderTask.Kind, continuation: CheckedContinuation<Void, Never>)] = []
    }

    let name = "worker"
    let identity = "fake/1"
    let pollSchedule: PollSchedule
    let submission: Submission
    let callbackMeaning = CallbackMeaning.reports
    private let studio: FakeStudio
    private let wake: WakeSignal
    private let script: @Sendable (_ task: ProviderTask, _ dispatches: Int) -> Step
    private let pollTrouble: @Sendable (_ taskId: String, _ polls: Int) -> PollResult?
    private let state = Locked(State())

    init(
        studio: FakeStudio,
        wake: WakeSignal,
        deadlineMs: Int = 600_000,
        submission: Submission = .idempotent,
        unknownWaitMs: Int = 100,
        pollTrouble: @escaping @Sendable (_ taskId: String, _ polls: Int) -> PollResult? = { _, _ in nil },
        script: @escaping @Sendable (_ task: ProviderTask, _ dispatches: Int) -> Step
    ) {
        self.studio = studio
        self.wake = wake
        self.script = script
        self.pollTrouble = pollTrouble
        self.submission = submission
        pollSchedule = PollSchedule(
            firstDelayMs: 20,
            delayMsMax: 100,
            factor: 1.5,
            deadlineMs: deadlineMs,
            unknownWaitMs: unknownWaitMs
        )
    }

    var submitted: [ProviderTask] { state.withLock { $0.submitted } }

    var cancelled: [String] { state.withLock { $0.cancelled } }

    /// Returns once a task of the kind has come.
    func waitForTask(_ kind: ProviderTask.Kind) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.submitted.contains(where: { $0.kind == kind }) { return true }
                state.waiters.append((kind, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        let (count, known, waiters) = state.withLock { state in
            let count = state.submitted.count { $0.kind == task.kind }
            state.submitted.append(task)
            let waiters = state.waiters.filter { $0.kind == task.kind }
            state.waiters.removeAll { $0.kind == task.kind }
            return (count, state.reports[task.taskId], waiters)
        }
        for waiter in waiters { waiter.continuation.resume() }
        if submission == .idempotent, let known, known.attempt == task.attempt {
            return .accepted(externalId: task.taskId, report: known)
        }
        do {
            return try await follow(script(task, count), task)
        } catch {
            return .refused(Problem(.stageFailed, detail: "the fake failed: \(error)", retryable: false))
        }
    }

    func find(_ task: TaskReference) async -> FindResult {
        state.withLock { state in
            state.reports[task.taskId]?.attempt == task.attempt
                ? .found(externalId: task.taskId) : .notFound
        }
    }

    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        let taskId = task.taskId
        let polls = state.withLock { state in
            state.polls[taskId, default: 0] += 1
            return state.polls[taskId] ?? 0
        }
        if let trouble = pollTrouble(taskId, polls) { return trouble }
        return state.withLock { state in
            if state.forgotten.contains(taskId) { return .forgotten }
            if let report = state.reports[taskId] { return .report(report) }
            let attempt = state.submitted.last { $0.taskId == taskId }?.attempt ?? 1
            return .report(TaskReport(taskId: taskId, attempt: attempt, state: .running, progress: 0.5))
        }
    }

    func cancel(externalId: String) async {
        state.withLock { $0.cancelled.append(externalId) }
        wake.wake()
    }

    func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .verified(messageId: "cb_1", trust: .signed)
    }

    func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        do {
            return try WireJSON.decode(TaskReport.self, from: Data(body))
        } catch {
            throw Problem(.providerRefused, detail: "unreadable")
        }
    }

    /// Puts a report into the inbox as the API does.
    func callBack(_ report: TaskReport, _ task: ProviderTask, messageId: String = "cb_1") async throws {
        let token = String(task.callbackUrl.split(separator: "/").last ?? "")
        let body = try WireJSON.encode(report)
        _ = try await studio.store.receive(
            NewCallback(
                provider: name,
                address: .token(digest: TaskTokens.digest(ofToken: token)),
                messageId: messageId,
                headersJSON: "{}",
                body: body,
                bodySha256: SHA256Digest.hex([UInt8](body)),
                read: { _, _ in report.state.isTerminal ? .needsLook : .report(report) }
            )
        )
        wake.wake()
    }

    private func follow(_ step: Step, _ task: ProviderTask) async throws -> SubmitResult {
        let accepted = TaskReport(taskId: task.taskId, attempt: task.attempt, state: .queued, progress: 0)
        switch step {
        case .work(let callbacks):
            let report = try await studio.work(task)
            for index in 0..<callbacks { try await callBack(report, task, messageId: "cb_\(index % 50)") }
            remember(report)
        case .workUnheard: remember(try await studio.work(task))
        case .workUnanswered:
            remember(try await studio.work(task))
            return .unknownOutcome(Problem(.providerUnreachable, detail: "the answer was lost"))
        case .workHeardUnanswered:
            let report = try await studio.work(task)
            remember(report)
            try await callBack(report, task)
            return .unknownOutcome(Problem(.providerUnreachable, detail: "the answer was lost"))
        case .vanish:
            return .unknownOutcome(Problem(.providerUnreachable, detail: "the connection broke"))
        case .unreachable:
            return .unreachable(Problem(.providerUnreachable, detail: "nobody listens"))
        case .fail(let problem):
            var report = accepted
            report.state = .failed
            report.error = problem
            try await callBack(report, task, messageId: "cb_fail\(task.attempt)")
        case .lack(let problem):
            var report = try await studio.work(task)
            report.error = problem
            remember(report)
            try await callBack(report, task, messageId: "cb_part\(task.attempt)")
        case .contradict(let problem):
            remember(try await studio.work(task))
            var report = accepted
            report.state = .failed
            report.error = problem
            try await callBack(report, task, messageId: "cb_no")
        case .forget: state.withLock { _ = $0.forgotten.insert(task.taskId) }
        case .keepRunning: break
        case .busy: return .busy(retryAfterMs: 10)
        case .refuse(let problem): return .refused(problem)
        }
        return .accepted(externalId: task.taskId, report: accepted)
    }

    private func remember(_ report: TaskReport) {
        state.withLock { state in
            state.reports[report.taskId] = report
            state.forgotten.remove(report.taskId)
        }
    }
}

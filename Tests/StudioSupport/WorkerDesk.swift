import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Threads

/// The tasks of a stand-in worker and its answers about them.
final class WorkerDesk: Sendable {
    private struct Held {
        let task: ProviderTask
        var report: TaskReport
        var work: Task<Void, Never>?
    }

    private struct State {
        var held: [String: Held] = [:]
        var isAway = false
    }

    private enum Intake {
        case known(TaskReport)
        case stale
        case taken(TaskReport)
    }

    private let secret: WebhookSecret
    private let log: WorkerLog
    private let treat: @Sendable (ProviderTask) -> StandInWorker.Treatment
    private let courier: WorkerCourier
    private let state = Locked(State())

    init(
        secret: WebhookSecret,
        log: WorkerLog,
        treat: @escaping @Sendable (ProviderTask) -> StandInWorker.Treatment
    ) {
        self.secret = secret
        self.log = log
        self.treat = treat
        courier = WorkerCourier(secret: secret, log: log)
    }

    var tasksUnderWay: Int {
        state.withLock { state in state.held.values.count { !$0.report.state.isTerminal } }
    }

    func forgetAll() {
        let held = state.withLock { state in
            defer { state.held = [:] }
            return state.held.values.map(\.work)
        }
        for work in held { work?.cancel() }
        log.add(.forgot, detail: "\(held.count) tasks")
    }

    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    func shutdown() {
        setAway(true)
        forgetAll()
        courier.shutdown()
    }

    /// The answer to one request, nil to close the connection without any.
    func answer(_ request: LoopbackRequest) -> LoopbackAnswer? {
        guard !state.withLock({ $0.isAway }) else { return nil }
        let parts = request.target.split(separator: "/").map(String.init)
        if request.method == "GET", parts == ["healthz"] { return LoopbackAnswer(200, body: "{}") }
        do throws(SignatureError) {
            try WebhookSignature.verify(
                WebhookHeaders(
                    id: request.header(WebhookHeaders.idName),
                    timestamp: request.header(WebhookHeaders.timestampName),
                    signature: request.header(WebhookHeaders.signatureName)
                ),
                body: request.body,
                secrets: [secret],
                now: Int64(Date().timeIntervalSince1970)
            )
        } catch {
            log.add(.wrong, detail: "\(request.method) \(request.target): \(error)")
            return problem(401, .invalidSignature, error.description)
        }
        switch (request.method, parts.count) {
        case ("POST", 2): return dispatch(request)
        case ("GET", 3): return report(parts[2])
        case ("POST", 4): return cancel(parts[2])
        default:
            log.add(.wrong, detail: "\(request.method) \(request.target)")
            return problem(404, .notFound, "there is nothing at this path")
        }
    }

    private func dispatch(_ request: LoopbackRequest) -> LoopbackAnswer? {
        guard let task = try? WireJSON.decode(ProviderTask.self, from: Data(request.body)) else {
            log.add(.wrong, detail: String(decoding: request.body.prefix(500), as: UTF8.self))
            return problem(400, .malformedBody, "the body is no task")
        }
        let treatment = treat(task)
        let intake = state.withLock { take(task, treatment, &$0) }
        switch intake {
        case .known(let report): return json(200, report)
        case .stale: return problem(409, .conflict, "a higher attempt of this task is known")
        case .taken(let report): return treatment.losesAnswer ? nil : json(202, report)
        }
    }

    /// Called under the lock.
    private func take(
        _ task: ProviderTask,
        _ treatment: StandInWorker.Treatment,
        _ state: inout State
    ) -> Intake {
        if let known = state.held[task.taskId] {
            if known.task.attempt == task.attempt {
                log.add(.known, task)
                return .known(known.report)
            }
            guard known.task.attempt < task.attempt else {
                log.add(.refused, task)
                return .stale
            }
            known.work?.cancel()
        }
        log.add(.started, task)
        let report = TaskReport(taskId: task.taskId, attempt: task.attempt, state: .running, progress: 0)
        var held = Held(task: task, report: report)
        held.work = Task { await self.perform(task, treatment) }
        state.held[task.taskId] = held
        return .taken(report)
    }

    private func perform(_ task: ProviderTask, _ treatment: StandInWorker.Treatment) async {
        var report = TaskReport(taskId: task.taskId, attempt: task.attempt, state: .completed, progress: 1)
        do {
            try await Task.sleep(for: .milliseconds(treatment.delayMs))
            report.artifacts = try await courier.deliverResults(of: task)
            report.usage = TaskReport.Usage(wallMs: treatment.delayMs, cpuMs: 1, peakRssBytes: 1 << 20)
        } catch {
            guard !Task.isCancelled else { return }
            report.state = .failed
            report.progress = 0
            report.error = Problem(.stageFailed, detail: "the stand-in failed: \(error)", retryable: true)
        }
        let finished = report
        let isHeld = state.withLock { state in
            guard let held = state.held[task.taskId], held.task.attempt == task.attempt,
                !held.report.state.isTerminal
            else { return false }
            log.add(
                finished.state == .completed ? .completed : .failed,
                task,
                detail: finished.error?.detail ?? ""
            )
            state.held[task.taskId]?.report = finished
            return true
        }
        guard isHeld else { return }
        await courier.callBack(finished, task, times: treatment.callbacks)
    }

    private func report(_ id: String) -> LoopbackAnswer {
        guard let report = state.withLock({ $0.held[id]?.report }) else {
            log.add(.unknown, taskId: id)
            return problem(404, .notFound, "this worker knows no such task")
        }
        log.add(.polled, taskId: id)
        return json(200, report)
    }

    private func cancel(_ id: String) -> LoopbackAnswer {
        log.add(.cancelled, taskId: id)
        let report = state.withLock { state -> TaskReport? in
            if state.held[id]?.report.state.isTerminal == false {
                state.held[id]?.work?.cancel()
                state.held[id]?.report.state = .cancelled
            }
            return state.held[id]?.report
        }
        guard let report else { return problem(404, .notFound, "this worker knows no such task") }
        return json(202, report)
    }

    private func json(_ status: Int, _ value: some Encodable) -> LoopbackAnswer {
        let body = (try? WireJSON.encode(value)) ?? Data()
        return LoopbackAnswer(status, headers: [("content-type", "application/json")], bytes: [UInt8](body))
    }

    private func problem(_ status: Int, _ slug: Problem.Slug, _ detail: String) -> LoopbackAnswer {
        json(status, Problem(slug, detail: detail))
    }
}

import Contracts
import Foundation
import Logging

/// Runs one task from its folder to its report.
struct TaskRunner: Sendable {
    /// Thrown by the watches beside a handler; what it means stands in the entry.
    private struct Interrupted: Error {}

    let handlers: [ProviderTask.Kind: any TaskHandler]
    let tools: WorkerTools

    func run(_ entry: TaskEntry) async -> TaskReport {
        let started = ContinuousClock.now
        let meter = tools.meter.begin()
        let context = TaskContext(entry, tools: tools)
        let failure = await failure(of: entry, context)
        // Awaited outside of the task's cancellation: the folder must go in any case.
        await Task { await context.close() }.value
        let wall = started.duration(to: .now)
        let usage = TaskReport.Usage(
            wallMs: Int(wall / .milliseconds(1)),
            cpuMs: tools.meter.end(meter),
            peakRssBytes: UsageMeter.peakRSSBytes()
        )
        let results = context.results
        if let failure {
            guard entry.cancelReason == nil || entry.cancelReason == .deadline else {
                return .cancelled(entry, usage: usage)
            }
            return .failed(
                entry,
                failure,
                artifacts: results.artifacts,
                warnings: results.warnings,
                usage: usage
            )
        }
        return TaskReport(
            taskId: entry.task.taskId,
            attempt: entry.task.attempt,
            state: .completed,
            progress: 1,
            artifacts: results.artifacts,
            warnings: results.warnings,
            error: results.lack,
            usage: usage
        )
    }

    private func failure(of entry: TaskEntry, _ context: TaskContext) async -> Problem? {
        do {
            guard let handler = handlers[entry.task.kind] else {
                throw Problem(
                    .invalidRequest,
                    detail: "this worker does not do tasks of kind '\(entry.task.kind.rawValue)'"
                )
            }
            try context.makeFolder()
            try await race(handler, entry, context)
            return nil
        } catch {
            if entry.cancelReason == .deadline {
                return Problem(.deadlineExceeded, detail: "the task was not done by its deadline")
            }
            if entry.isCancelled { return Problem(.cancelled, detail: "the task was cancelled") }
            let problem = ProblemMapping.problem(for: error, logger: context.logger)
            context.logger.warning(
                "the task failed",
                metadata: ["problem": "\(problem.slug)", "detail": "\(problem.detail)"]
            )
            return problem
        }
    }

    /// Runs the handler until it ends; a cancellation and the deadline end it sooner.
    private func race(_ handler: any TaskHandler, _ entry: TaskEntry, _ context: TaskContext) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await handler.run(context) }
            group.addTask {
                await entry.cancelled.wait()
                throw Interrupted()
            }
            group.addTask {
                try await Task.sleep(for: .seconds(max(0, entry.task.deadline.timeIntervalSinceNow)))
                entry.cancel(.deadline)
                throw Interrupted()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

package import Contracts
import Threads

/// One accepted task, shared by those who run it, poll it and cancel it.
package final class TaskEntry: Sendable {
    /// Why a task was told to end early.
    package enum CancelReason: Sendable {
        case requested
        case deadline
        case shutdown
    }

    private struct State {
        var state = TaskReport.State.queued
        var progress = 0.0
        var cancelReason: CancelReason?
        var ended: TaskReport?
    }

    package let task: ProviderTask
    /// Opens when the task is told to end early.
    let cancelled = Latch()
    private let state = Locked(State())

    package init(_ task: ProviderTask) { self.task = task }

    package var report: TaskReport {
        state.withLock { state in
            state.ended
                ?? TaskReport(
                    taskId: task.taskId,
                    attempt: task.attempt,
                    state: state.state,
                    progress: state.progress
                )
        }
    }

    package var cancelReason: CancelReason? { state.withLock { $0.cancelReason } }
    package var isCancelled: Bool { cancelReason != nil }

    /// Asks the task to end; the first reason stays.
    package func cancel(_ reason: CancelReason) {
        state.withLock { $0.cancelReason = $0.cancelReason ?? reason }
        cancelled.open()
    }

    func start() { state.withLock { $0.state = .running } }

    /// Keeps the final report; false when there is one already.
    func end(_ report: TaskReport) -> Bool {
        state.withLock { state in
            guard state.ended == nil else { return false }
            state.ended = report
            return true
        }
    }

    /// Moves the progress forward; it never goes back, and 1 is kept for the end.
    func advance(to progress: Double) {
        guard progress.isFinite else { return }
        state.withLock { $0.progress = max($0.progress, min(progress, 0.99)) }
    }
}

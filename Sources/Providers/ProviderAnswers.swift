package import Contracts

/// What came of handing a task over.
package enum SubmitResult: Sendable, Hashable {
    /// It has the task, and may have finished it already.
    case accepted(externalId: String, report: TaskReport?)
    /// It did the whole task at once.
    case made(externalId: String, ProviderResult)
    /// It takes nothing now.
    case busy(retryAfterMs: Int)
    /// It will not do this task.
    case refused(Problem)
    /// It did not get the task.
    case unreachable(Problem)
    /// Nobody knows whether it got the task.
    case unknownOutcome(Problem)
}

/// What a provider says of a task that it was given.
package enum PollResult: Sendable, Hashable {
    case report(TaskReport)
    /// It is done, and this is what it made.
    case made(ProviderResult)
    /// It says that it is done, and what it made is not there or cannot be read.
    case unusable(Problem)
    /// It does not know the task.
    case forgotten
    /// It cannot be asked now, and may have said when it can.
    case unreachable(Problem, retryAfterMs: Int? = nil)
}

/// What a provider has under our id of a task.
package enum FindResult: Sendable, Hashable {
    case found(externalId: String)
    case notFound
    case unreachable(Problem, retryAfterMs: Int? = nil)
}

extension PollResult {
    /// It is at work, or has the task in its line.
    package static func underWay(
        _ task: TaskReference,
        progress: Double = 0,
        isWaitingInLine: Bool = false
    ) -> PollResult {
        let state: TaskReport.State = isWaitingInLine ? .queued : .running
        return .report(
            TaskReport(taskId: task.taskId, attempt: task.attempt, state: state, progress: progress)
        )
    }

    /// It has given the task up.
    package static func failed(_ task: TaskReference, _ problem: Problem) -> PollResult {
        .report(
            TaskReport(
                taskId: task.taskId,
                attempt: task.attempt,
                state: .failed,
                progress: 0,
                error: problem
            )
        )
    }
}

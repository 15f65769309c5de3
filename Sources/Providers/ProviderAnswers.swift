package import Contracts

/// What came of handing a task over.
package enum SubmitResult: Sendable, Hashable {
    /// It has the task, and may have finished it already.
    case accepted(externalId: String, report: TaskReport?)
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

/// Whether a callback may be believed.
package enum CallbackVerdict: Sendable, Hashable {
    case verified(messageId: String)
    case rejected(reason: String)
}

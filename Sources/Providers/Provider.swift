package import Contracts
package import Pipeline

/// Somebody who does delegated work: told by `submit`, asked by `poll`, and telling by a callback.
///
/// None of the calls throws: whatever goes wrong at a provider is an answer that the runtime has to act upon.
package protocol Provider: Sendable {
    /// Name that runs, tasks and callback URLs know it by.
    var name: String { get }

    /// Who does the work, with the version of what does it: a part of the fingerprint of each result.
    var identity: String { get }

    /// When its tasks are asked for their state.
    var pollSchedule: PollSchedule { get }

    /// Hands over a task; the same task and attempt again must not start a second piece of work.
    func submit(_ task: ProviderTask) async -> SubmitResult

    /// Asks for the state of what was submitted.
    func poll(externalId: String, taskId: String) async -> PollResult

    /// Tells that nobody wants the result any more; best effort.
    func cancel(externalId: String) async

    /// Whether a callback was signed by this provider; reads nothing of the body but its bytes.
    func verify(headers: CallbackHeaders, body: [UInt8]) -> CallbackVerdict

    /// Whether what it makes stays with it: nothing is uploaded, and its word that a task is done is all there is.
    var keepsFiles: Bool { get }

    /// The id that it gave the task which a callback is about.
    ///
    /// Nil where the token of the address says which task it is.
    func subject(ofCallback body: [UInt8]) -> String?

    /// What a verified callback says about `taskId`.
    ///
    /// Attempt 0 of the report means the current one: so do providers that know a task by the id they gave it.
    func report(ofCallback body: [UInt8], taskId: String) throws(Problem) -> TaskReport
}

extension Provider {
    package var keepsFiles: Bool { false }

    package func subject(ofCallback body: [UInt8]) -> String? { nil }
}

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
    case unreachable(Problem)
}

/// Whether a callback may be believed.
package enum CallbackVerdict: Sendable, Hashable {
    case verified(messageId: String)
    case rejected(reason: String)
}

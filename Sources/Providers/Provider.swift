package import Contracts
package import Pipeline
package import Signatures

/// Somebody who does delegated work: told by `submit`, asked by `poll`, and telling by a callback.
///
/// None of the calls throws: whatever goes wrong at a provider is an answer that the runtime has to act upon.
package protocol Provider: Sendable {
    /// Name that runs, tasks and callback URLs know it by.
    var name: String { get }

    /// Who does the work, with the version of what does it: a part of the fingerprint of each result.
    var identity: String { get }

    /// The same for one kind of work, with the model that it is done by.
    func identity(for kind: ProviderTask.Kind) -> String

    /// When its tasks are asked for their state.
    var pollSchedule: PollSchedule { get }

    /// What it makes of a task that it is given twice.
    var submission: Submission { get }

    /// Whether it does work of this kind.
    func performs(_ kind: ProviderTask.Kind) -> Bool

    /// The same for one piece of work, where the length of its media is known.
    func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule

    /// Hands over a task.
    ///
    /// `callbackSecret` is this task's alone: a provider that can show one with its callbacks is given it.
    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult

    /// Asks for a task by our id, when nobody knows whether it arrived; only where `submission` is `findable`.
    func find(_ task: TaskReference) async -> FindResult

    /// Asks for the state of what was submitted.
    ///
    /// `told` is the callback that is the reason, nil where only the time has come. An adapter may answer out of it
    /// where it is the provider's word and holds the whole result.
    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult

    /// Tells that nobody wants the result any more; best effort.
    func cancel(externalId: String) async

    /// Asks it something that needs the key and costs nothing: for operators, not for runs.
    func checkKey() async -> KeyVerdict

    /// What its callbacks are.
    var callbackMeaning: CallbackMeaning { get }

    /// How well it is known who sent a callback of its, at best.
    var callbackTrust: CallbackTrust { get }

    /// Longest callback that it sends.
    var callbackBytesMax: Int { get }

    /// Whether a callback comes from this provider.
    func verify(_ callback: IncomingCallback) async -> CallbackVerdict

    /// The id that the provider says in a believed callback that its task has; nil where it says none.
    func externalId(told: ToldCallback) -> String?

    /// The attempt of its task that a believed callback is about; nil where it says none.
    func attempt(told: ToldCallback) -> Int?

    /// Whether what it makes stays with it: nothing is uploaded, and its word that a task is done is all there is.
    var keepsFiles: Bool { get }

    /// Whether it knows one callback address for all tasks, and names the task in the callback.
    var namesTasks: Bool { get }

    /// The id that it gave the task which a callback is about.
    ///
    /// Nil where the token of the address says which task it is.
    func subject(ofCallback body: [UInt8]) -> String?

    /// What a verified callback that is a report says about `taskId`, which renders the short `outputId` if it renders any.
    ///
    /// Attempt 0 of the report means the current one: so do providers that know a task by the id they gave it.
    func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport
}

extension Provider {
    package func identity(for kind: ProviderTask.Kind) -> String { identity }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule { pollSchedule }

    package var submission: Submission { .idempotent }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { true }

    package func find(_ task: TaskReference) async -> FindResult { .notFound }

    package func checkKey() async -> KeyVerdict { .unasked("its contract has no question for that") }

    package var callbackMeaning: CallbackMeaning { .signals }

    package var callbackTrust: CallbackTrust { .capability }

    package var callbackBytesMax: Int { 1 << 20 }

    package func externalId(told: ToldCallback) -> String? { nil }

    /// The address of a hosted provider's callbacks names the attempt, see `TaskTag`.
    package func attempt(told: ToldCallback) -> Int? { told.query[TaskTag.name].flatMap(TaskTag.attempt) }

    package var keepsFiles: Bool { false }

    /// Told with each short that a provider rendered which keeps its files.
    package var filesElsewhere: Warning {
        Warning(
            code: "renditions-elsewhere",
            detail:
                "Provider '\(name)' rendered this short and keeps its files; the gateway has none of them."
        )
    }

    /// Whether it brings what it makes by the links of its tasks; else their tokens are for callbacks alone.
    package var uploadsResults: Bool { callbackMeaning == .reports && !keepsFiles }

    package var namesTasks: Bool { false }

    package func subject(ofCallback body: [UInt8]) -> String? { nil }

    /// Of a provider whose callbacks are signals: nobody asks for it.
    package func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        throw Problem(.internalError, detail: "Callbacks of provider '\(name)' are no reports.")
    }
}

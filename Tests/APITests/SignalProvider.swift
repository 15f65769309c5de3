import Contracts
import Pipeline
import Providers
import Signatures

/// A hosted provider whose callbacks are signals, shown to be its by a secret of the task.
struct SignalProvider: Provider {
    let name = "hosted"
    let identity = "hosted/1"
    let pollSchedule = PollSchedule.remote
    let submission = Submission.blind
    let callbackTrust = CallbackTrust.secret
    let callbackBytesMax = 8 << 20

    func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        .busy(retryAfterMs: 1_000)
    }

    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult { .underWay(task) }

    func cancel(externalId: String) async {}

    func verify(_ callback: IncomingCallback) async -> CallbackVerdict {
        guard let shown = callback.headers["x-hosted-secret"], callback.secret?.matches(shown) == true else {
            return .rejected(reason: "the secret is not this task's")
        }
        let id = callback.query["event"] ?? "sha256-\(SHA256Digest.hex(callback.body))"
        return .verified(messageId: id, trust: .secret)
    }
}

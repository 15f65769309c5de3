import Contracts
import Foundation
import Pipeline
import Providers
import Signatures

/// A provider with one callback address, that keeps what it makes and signs by a password.
struct HookProvider: Provider {
    static let password = "an open sesame"

    let name = "hook"
    let identity = "hook/1"
    let pollSchedule = PollSchedule.embedded
    let callbackMeaning = CallbackMeaning.reports
    let keepsFiles = true
    let namesTasks = true

    private struct Body: Decodable {
        var id: String?
        var output: String?
        var status: String?
    }

    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        .busy(retryAfterMs: 1_000)
    }

    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult { .forgotten }

    func cancel(externalId: String) async {}

    func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        switch callback.headers["x-hook-signature"] {
        case Self.password: break
        case "subscription": return .settled("subscription confirmed")
        case "unknown key": return .undecided(reason: "the key cannot be fetched now")
        default: return .rejected(reason: "wrong password")
        }
        return .verified(messageId: callback.headers["x-hook-event"] ?? "", trust: .signed)
    }

    func subject(ofCallback body: [UInt8]) -> String? {
        try? WireJSON.decode(Body.self, from: Data(body)).id
    }

    func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        let read = try? WireJSON.decode(Body.self, from: Data(body))
        guard let state = read?.status.flatMap({ TaskReport.State(rawValue: $0) }) else {
            throw Problem(.providerRefused, detail: "The status is not known.")
        }
        guard read?.output == outputId else {
            throw Problem(.providerRefused, detail: "It is about another short.")
        }
        return TaskReport(taskId: taskId, attempt: 0, state: state, progress: 1)
    }
}

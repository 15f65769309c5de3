import Contracts
import Foundation
import OutboundHTTP
import Pipeline
import Providers
import Signatures

/// The adapter of `ScribeService`: one that asks, and that answers out of a callback which is the provider's word.
struct ScribeProvider: Provider {
    let name: String
    let identity = "scribe/1"
    let pollSchedule: PollSchedule
    let submission = Submission.blind
    let call: ProviderCall
    let url: String

    init(
        name: String = "scribe",
        url: String,
        client: HTTPClient,
        meter: ProviderMeter = ProviderMeter(),
        firstPollMs: Int = 20,
        unknownWaitMs: Int = 60_000,
        deadlineMs: Int = 600_000
    ) {
        self.name = name
        self.url = url
        call = ProviderCall(provider: name, client: client, meter: meter)
        pollSchedule = PollSchedule(
            firstDelayMs: firstPollMs,
            delayMsMax: max(firstPollMs, 100),
            factor: 1.5,
            deadlineMs: deadlineMs,
            unknownWaitMs: unknownWaitMs
        )
    }

    private struct Receipt: Decodable {
        let id: String
    }

    private struct Told: Decodable {
        struct Word: Decodable {
            let text: String
            let startMs: Int
            let endMs: Int
            let speaker: String?
        }

        let id: String?
        let status: String
        let words: [Word]?
    }

    func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        let order = [
            "callback_url": task.callbackUrl, "secret": callbackSecret.reveal(),
            "audio_url": task.inputs.first?.url ?? "",
        ]
        do throws(CallFailure) {
            let response = try await call.send(
                HTTPRequest(
                    method: "POST",
                    url: "\(url)/jobs",
                    body: [UInt8]((try? JSONEncoder().encode(order)) ?? Data())
                )
            )
            guard let receipt = try? WireJSON.decode(Receipt.self, from: Data(response.body)) else {
                throw call.malformed("it has no id")
            }
            return .accepted(externalId: receipt.id, report: nil)
        } catch {
            return error.submitResult
        }
    }

    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        if let told, told.isTheProvidersWord, let said = Self.read(told.body), said.words?.isEmpty == false {
            return answer(said, task)
        }
        do throws(CallFailure) {
            let response = try await call.send(HTTPRequest(url: "\(url)/jobs/\(task.externalId)"))
            guard let said = Self.read(response.body) else { throw call.malformed("it is no job") }
            return answer(said, task)
        } catch {
            return error.pollResult
        }
    }

    private func answer(_ said: Told, _ task: TaskReference) -> PollResult {
        switch said.status {
        case "done":
            let words = (said.words ?? []).map {
                HeardWord(text: $0.text, startMs: $0.startMs, endMs: $0.endMs, speaker: $0.speaker)
            }
            return .made(.transcript(HeardTranscript(language: "en", words: words, model: "scribe-large")))
        case "failed":
            return .failed(task, Problem(.stageFailed, detail: "scribe gave up", retryable: false))
        case "queued": return .underWay(task, isWaitingInLine: true)
        case "running": return .underWay(task, progress: 0.5)
        default:
            call.noteUnknownStatus(said.status)
            return .underWay(task)
        }
    }

    func find(_ task: TaskReference) async -> FindResult { .notFound }

    func cancel(externalId: String) async {}

    func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        guard let secret = callback.secret, let shown = callback.headers["x-scribe-secret"],
            secret.matches(shown)
        else { return .rejected(reason: "the secret is not this task's") }
        return .verified(messageId: "sha256-\(SHA256Digest.hex(callback.body))", trust: .secret)
    }

    func externalId(told: ToldCallback) -> String? { Self.read(told.body)?.id }

    private static func read(_ body: [UInt8]) -> Told? {
        try? WireJSON.decode(Told.self, from: Data(body))
    }
}

import Contracts
import Foundation
import Pipeline
import Providers
import RuntimeSupport
import Signatures

/// Does every task at once and says so with the reply to the dispatch: the stages beside the one that a test is about.
struct WorkerStandIn: Provider {
    let name = "worker"
    let identity = "stand-in/1"
    let pollSchedule = PollSchedule.embedded
    let callbackMeaning = CallbackMeaning.reports
    let studio: FakeStudio

    func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do {
            return .accepted(externalId: task.taskId, report: try await studio.work(task))
        } catch {
            return .refused(Problem(.stageFailed, detail: "The stand-in failed: \(error)", retryable: false))
        }
    }

    func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult { .underWay(task) }

    func cancel(externalId: String) async {}

    func verify(_ callback: IncomingCallback) async -> CallbackVerdict { .rejected(reason: "none come") }

    func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        throw Problem(.providerRefused, detail: "None come.")
    }
}

/// A wav file of 16 kHz, mono, 16 bits, in which nobody can be heard.
enum SilentAudio {
    static func wav(durationMs: Int) -> Data {
        let samples = durationMs * 32
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let format = little(1, 2) + little(1, 2) + little(16_000, 4) + little(32_000, 4) + little(2, 2)
        let head =
            Array("RIFF".utf8) + little(36 + samples, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + format
            + little(16, 2) + Array("data".utf8) + little(samples, 4)
        return Data(head) + Data(count: samples)
    }
}

import Contracts
import Foundation
import OutboundHTTP
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

/// What the tests of vision adapters share.
enum VisionBench {
    static let time = Date(timeIntervalSince1970: 1_796_116_200)
    static let timeText = "2026-12-01T09:10:00.000Z"
    static let client = HTTPClient(policy: .allowPrivateNetworks)
    static let secret = Secret("s3cr3t-of-one-task")
    static let taskId = "tsk_1"
    static let sourceURL = "https://media.s3.eu-west-1.amazonaws.com/t/media.mp4?X-Amz-Signature=1"

    static func media(_ clip: String, start: Int, lengthMs: Int = 4_000, leadMs: Int = 840) -> ClipMedia {
        ClipMedia(
            clip: clip,
            sourceStartMs: start,
            sourceEndMs: start + lengthMs,
            leadMs: leadMs,
            durationMs: lengthMs,
            width: 1_920,
            height: 1_080,
            fpsNum: 30,
            fpsDen: 1
        )
    }

    static let clips = [media("clip-01", start: 0), media("clip-02", start: 8_000)]

    static func input(_ name: String, url: String? = nil) -> ProviderTask.Input {
        ProviderTask.Input(
            name: name,
            url: url ?? "https://gw.example/v1/artifacts/\(name.replacing("/", with: "-"))/content?expires=1",
            sha256: String(repeating: "a", count: 64),
            sizeBytes: 1_000
        )
    }

    static func task(
        _ kind: ProviderTask.Kind = .framing,
        attempt: Int = 1,
        clips: [ClipMedia]? = clips,
        inputs: [ProviderTask.Input]? = nil,
        sourceURL: String = sourceURL
    ) -> ProviderTask {
        let files = (clips ?? []).flatMap { clip in
            [input("clip-media/\(clip.clip).json"), input("clip-media/\(clip.clip).mp4")]
        }
        return ProviderTask(
            taskId: taskId,
            attempt: attempt,
            kind: kind,
            deadline: time,
            callbackUrl: "https://gw.example/v1/callbacks/bench/t0k3n",
            uploadUrl: "https://gw.example/v1/uploads/t0k3n",
            inputs: inputs ?? [input("segments.json")] + files + [input("media.mp4", url: sourceURL)],
            parameters: ProviderTask.Parameters(aspectRatios: AspectRatio.allCases, clips: clips)
        )
    }

    static func reference(_ externalId: String, attempt: Int = 1) -> TaskReference {
        TaskReference(taskId: taskId, attempt: attempt, externalId: externalId)
    }

    static func header(_ request: HTTPRequest, _ name: String) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    static func body(_ request: HTTPRequest) -> String { String(decoding: request.body ?? [], as: UTF8.self) }

    static func fault(_ work: () throws -> Void) -> String? {
        do {
            try work()
            return nil
        } catch {
            return (error as? AnswerFault)?.reason ?? "\(error)"
        }
    }
}

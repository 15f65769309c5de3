import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Providers
import Signatures
import Store
import StudioSupport
import Testing

@testable import Runtime

/// Runs whose faces a vision service of our own contract sees.
@Suite struct VisionServiceRunTests {
    private static let requestKey = WebhookSecret.generate()
    private static let callbackKey = WebhookSecret.generate()

    private func make(
        tracks: @escaping @Sendable (String, Int) -> String = FakeVisionService.oneFace
    ) async throws -> (FakeVisionService, VisionHarness) {
        let fake = try FakeVisionService(
            .signature(Self.requestKey),
            callbackKey: Self.callbackKey,
            now: { Date() },
            tracks: tracks
        )
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let provider = VisionServiceProvider(
            settings: VisionServiceSettings(
                baseURL: fake.service.url,
                access: .signature(.secret(Self.requestKey)),
                callbackKeys: [.secret(Self.callbackKey)]
            ),
            client: client,
            identityClient: client,
            meter: ProviderMeter()
        )
        return (fake, try await VisionHarness(provider, fake.jobs))
    }

    @Test func `a signed callback brings the faces, and the clips are framed by them`() async throws {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        let (run, job) = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            #expect(try await vision.callBack(fake.callback(job.id, saying: .running)) == .stored)
            #expect(try await vision.callBack(fake.callback(job.id, saying: .done)) == .stored)
            return (try await vision.harness.ended(runId), job)
        }
        #expect(run.state == "fully_generated")
        #expect(try await vision.task(run.id).settledBy == "callback")
        #expect(try await vision.harness.job(run.id, .framing).provider == "vision-service")
        // The callback had all of it.
        #expect(fake.service.received.map(\.method) == ["POST"])
        #expect(job.member("clips.1.clip") == "clip-02" && job.member("clips.1.range_ms.1") == "4000")
        #expect(job.member("clips.0.media_url")?.hasPrefix("http://gateway.test/v1/artifacts/") == true)
        #expect(job.member("clips.0.width") == "1920" && job.member("clips.2.clip") == nil)
        for clip in FakeResults.clips {
            let framing = try await vision.framing(run.id, clip)
            #expect(framing.warnings.isEmpty && framing.shots.count == 1)
            let face = try #require(framing.shots.first?.faces.first)
            #expect(face.box == PixelRect(x: 768, y: 216, width: 288, height: 324))
            #expect(face.confidence == 0.97 && face.coverage == 1)
            let crop = try #require(framing.shots.first?.crops.first { $0.aspectRatio == .portrait })
            #expect(crop.layout == .crop && crop.rect.contains(face.box))
        }
    }

    @Test func `a callback of several megabytes is taken`() async throws {
        let (fake, vision) = try await make { _, lengthMs in
            let samples = (0..<20_000).map {
                #"{"t_ms": \#($0 * lengthMs / 20_000), "box": [0.40000000001, 0.2, 0.15, 0.30000000001], "score": 0.97}"#
            }
            return #"[{"id": 0, "samples": [\#(samples.joined(separator: ", "))]}]"#
        }
        defer { fake.service.stop() }
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            let callback = try #require(fake.callback(job.id, saying: .done))
            #expect((3 << 20...vision.provider.callbackBytesMax).contains(callback.body.utf8.count))
            try await vision.callBack(callback)
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        let face = try #require(try await vision.framing(run.id, "clip-02").shots.first?.faces.first)
        #expect(face.box == PixelRect(x: 768, y: 216, width: 288, height: 324))
    }

    @Test func `a service that never calls back is asked`() async throws {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            fake.jobs.set(.done, of: job.id)
            return try await vision.asked(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(try await vision.task(run.id).settledBy == "poll")
    }

    @Test func `a callback that leaves the faces out makes the service be asked at once`() async throws {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            fake.jobs.set(.done, of: job.id)
            try await vision.callBack(fake.callback(job.id, saying: .done, isShort: true))
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(fake.service.received.map(\.method) == ["POST", "GET"])
    }

    @Test func `a callback before the reply, one signed by others, one again and one that contradicts`()
        async throws
    {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        fake.service.trouble(.lostReply)
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            let forged = fake.callback(job.id, saying: .failed("no"), key: WebhookSecret.generate())
            #expect(try await vision.callBack(forged) == nil)
            #expect(try await vision.callBack(fake.callback(job.id, saying: .done)) == .stored)
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        // However often it was given, it is there once.
        #expect(fake.jobs.all.count == 1)
        let task = try await vision.task(run.id)
        let results = try await vision.harness.serving {
            let again = try await vision.callBack(fake.callback("v-1", saying: .done))
            #expect(again == .duplicate)
            try await vision.callBack(fake.callback("v-1", saying: .failed("no")))
            return try await vision.results(task.id, count: 2)
        }
        #expect(results == ["applied", "already_settled"])
        #expect(try await vision.task(run.id).state == "completed")
    }

    @Test func `a service that is busy is left alone, and one that lost the work gets it anew`() async throws
    {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        fake.service.trouble(.answer(LoopbackAnswer(429, headers: [("retry-after", "1")])))
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.regiven(runId, after: try await vision.job())
            let id = try await vision.task(runId).id
            #expect(job.member("attempt_id") == "\(id)-2")
            try await vision.callBack(fake.callback(job.id, saying: .done))
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(try await vision.task(run.id).attempt == 2)
        #expect(try await vision.harness.job(run.id, .framing).attempt == 1)
    }

    @Test func `a clip that the report leaves out is said to be unseen`() async throws {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            let attempt = try #require(job.member("attempt_id"))
            let clips = #"[{"clip": "clip-01", "tracks": []}, {"clip": "clip-77", "tracks": []}]"#
            let report =
                #"{"attempt_id": "\#(attempt)", "job_id": "\#(job.id)", "status": "succeeded", "clips": \#(clips)}"#
            fake.service.trouble(.garbledReply(report))
            try await vision.callBack(fake.callback(job.id, saying: .done, isShort: true))
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        let (seen, unseen) = (
            try await vision.framing(run.id, "clip-01"), try await vision.framing(run.id, "clip-02")
        )
        #expect(seen.warnings.map(\.detail).contains { $0.contains("No face was found.") })
        #expect(
            unseen.warnings.map(\.detail).contains {
                $0.contains("provider 'vision-service' said nothing about this clip")
            }
        )
    }

    @Test func `work that the service gives up fails the run with its words`() async throws {
        let (fake, vision) = try await make()
        defer { fake.service.stop() }
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            try await vision.callBack(fake.callback(job.id, saying: .failed("the file has no video")))
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "failed")
        #expect(run.error?.detail.contains("the file has no video") == true)
        #expect(fake.jobs.all.count == 1)
    }
}

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

/// Runs whose faces Amazon Rekognition sees, in the whole source at once.
@Suite struct RekognitionRunTests {
    private static let topic = FakeTopic()

    /// A face at the left until 7 s, then one at the right: each is in one clip.
    private static let detections = stride(from: 0, to: 20_000, by: 200).map { tMs in
        FakeRekognition.detection(tMs, left: tMs < 7_000 ? 0.1 : 0.7)
    }

    private struct Stand: Sendable {
        let fake: FakeRekognition
        let gateway: LoopbackServer
        let vision: VisionHarness

        func stop() {
            fake.service.stop()
            gateway.stop()
        }

        func callback(_ id: String, saying status: String = "SUCCEEDED") -> FakeCallback? {
            fake.callback(id, saying: status)
        }
    }

    /// The gateway's links lead to S3, unless its artifacts lie elsewhere.
    private func make(hasTopic: Bool = true, isInS3: Bool = true) async throws -> Stand {
        let fake = try FakeRekognition(detections: Self.detections, pageSize: 30, topic: Self.topic)
        let gateway = try LoopbackServer.answering { request in
            let path = request.path.split(separator: "/").joined(separator: "-")
            let link = "https://media.s3.eu-west-1.amazonaws.com/\(path).mp4?X-Amz-Signature=1"
            return isInS3
                ? LoopbackAnswer(307, headers: [("location", link)]) : LoopbackAnswer(206, body: "x")
        }
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let provider = RekognitionProvider(
            settings: RekognitionSettings(
                credentials: AWSCredentials(
                    accessKeyId: FakeRekognition.accessKeyId,
                    secretAccessKey: "secret"
                ),
                region: "eu-west-1",
                notifications: hasTopic
                    ? RekognitionSettings.Notifications(
                        topic: Self.topic.arn,
                        role: "arn:aws:iam::123456789012:role/r"
                    ) : nil,
                endpoint: fake.service.url
            ),
            client: client,
            linkClient: client,
            meter: ProviderMeter(),
            certificates: SNSCertificates { _ in
                HTTPResponse(status: 200, headers: [], body: Self.topic.signer.pem)
            }
        )
        let vision = try await VisionHarness(provider, fake.jobs, gateway: gateway.url)
        return Stand(fake: fake, gateway: gateway, vision: vision)
    }

    private func expectFaces(_ vision: VisionHarness, _ runId: String) async throws {
        for (clip, x) in [("clip-01", 192), ("clip-02", 1_344)] {
            let framing = try await vision.framing(runId, clip)
            #expect(framing.warnings.isEmpty && framing.shots.count == 1)
            let faces = try #require(framing.shots.first).faces
            #expect(faces.map(\.box) == [PixelRect(x: x, y: 216, width: 288, height: 324)], "\(clip)")
            #expect(faces.first?.coverage == 1)
        }
    }

    @Test func `one job serves all clips, and a message of SNS tells of its end`() async throws {
        let stand = try await make()
        defer { stand.stop() }
        let (fake, vision) = (stand.fake, stand.vision)
        let (run, job) = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            fake.jobs.set(.done, of: job.id)
            try await vision.callBack(stand.callback(job.id))
            return (try await vision.harness.ended(runId), job)
        }
        #expect(run.state == "fully_generated")
        #expect(try await vision.task(run.id).settledBy == "callback")
        #expect(job.member("ClientRequestToken") == "\(try await vision.task(run.id).id)-1")
        #expect(job.member("Video.S3Object.Bucket") == "media")
        #expect(fake.jobs.all.count == 1)
        // The order, and four pages of faces.
        #expect(fake.service.received.count == 5 && stand.gateway.received.count == 1)
        try await expectFaces(vision, run.id)
    }

    @Test func `without a topic the job is asked for, also when AWS has no time`() async throws {
        let stand = try await make(hasTopic: false)
        defer { stand.stop() }
        let busy = FakeRekognition.trouble("ProvisionedThroughputExceededException", "Not now.").body
        stand.fake.service.trouble(
            .answer(LoopbackAnswer(400, headers: [("retry-after", "1")], bytes: busy))
        )
        let run = try await stand.vision.harness.serving {
            let runId = try await stand.vision.start()
            let job = try await stand.vision.job()
            stand.fake.jobs.set(.done, of: job.id)
            return try await stand.vision.asked(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(try await stand.vision.task(run.id).settledBy == "poll")
        #expect(try await stand.vision.harness.job(run.id, .framing).attempt == 1)
        try await expectFaces(stand.vision, run.id)
    }

    @Test func `a message that comes before the reply waits for it`() async throws {
        let stand = try await make()
        defer { stand.stop() }
        let (fake, vision) = (stand.fake, stand.vision)
        fake.service.trouble(.lostReply)
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            fake.jobs.set(.done, of: job.id)
            let receipt = try await vision.callBack(stand.callback(job.id))
            #expect(receipt == .unmatched || receipt == .stored)
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(fake.jobs.all.count == 1)
        #expect(try await vision.task(run.id).settledBy == "callback")
    }

    @Test func `a message that says otherwise than AWS is a reason to ask`() async throws {
        let stand = try await make()
        defer { stand.stop() }
        let (fake, vision) = (stand.fake, stand.vision)
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.job()
            fake.jobs.set(.done, of: job.id)
            try await vision.callBack(stand.callback(job.id, saying: "ERROR"))
            return try await vision.harness.ended(runId)
        }
        #expect(run.state == "fully_generated")
    }

    @Test func `a job that AWS no longer has is started anew`() async throws {
        let stand = try await make()
        defer { stand.stop() }
        let (fake, vision) = (stand.fake, stand.vision)
        let run = try await vision.harness.serving {
            let runId = try await vision.start()
            let job = try await vision.regiven(runId, after: try await vision.job())
            let id = try await vision.task(runId).id
            #expect(job.member("ClientRequestToken") == "\(id)-2")
            fake.jobs.set(.done, of: job.id)
            return try await vision.asked(runId)
        }
        #expect(run.state == "fully_generated")
        #expect(try await vision.task(run.id).attempt == 2)
    }

    @Test func `a gateway whose artifacts lie elsewhere is told so`() async throws {
        let stand = try await make(isInS3: false)
        defer { stand.stop() }
        let run = try await stand.vision.harness.serving {
            try await stand.vision.harness.ended(try await stand.vision.start())
        }
        #expect(run.state == "failed" && run.error?.slug == "provider-refused")
        #expect(run.error?.detail.contains("only reads video in S3") == true)
        #expect(stand.fake.service.received.isEmpty)
    }

    @Test func `a job that fails fails the run with the words of AWS`() async throws {
        let stand = try await make()
        defer { stand.stop() }
        let run = try await stand.vision.harness.serving {
            let runId = try await stand.vision.start()
            let job = try await stand.vision.job()
            stand.fake.jobs.set(.failed("unsupported codec"), of: job.id)
            try await stand.vision.callBack(stand.callback(job.id, saying: "FAILED"))
            return try await stand.vision.harness.ended(runId)
        }
        #expect(run.state == "failed" && run.error?.detail.contains("unsupported codec") == true)
    }
}

import Contracts
import Foundation
import LoopbackSupport
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct RekognitionCallbackTests {
    private static let jobId = "6de014b0b2a5a4ab1f0c6c1ff30a8a8f"
    private static let fixtures = ["succeeded.json", "failed.json", "error.json"]

    private func provider(hasTopic: Bool = true) throws -> RekognitionProvider {
        let pem = Array(try SpeechBench.fixture("sns/certificate.pem").utf8)
        let settings = RekognitionBench.settings(endpoint: nil, hasTopic: hasTopic)
        return RekognitionBench.provider(settings, pem: pem)
    }

    @Test(arguments: fixtures)
    func `a message of SNS is believed by its signature, and names its job`(name: String) async throws {
        let fixture = try CallbackFixture("rekognition/\(name)")
        let provider = try provider()

        guard case .verified(let id, .signed) = await provider.verify(fixture.incoming(secret: nil)) else {
            Issue.record("it is not believed")
            return
        }
        #expect(id == fixture.headers["x-amz-sns-message-id"] && !fixture.note.isEmpty)
        #expect(provider.namesTasks)
        #expect(provider.subject(ofCallback: Array(fixture.body.utf8)) == Self.jobId)
        #expect(provider.externalId(told: fixture.told) == Self.jobId)

        var forged = fixture
        forged.body = fixture.body.replacing(Self.jobId, with: "other")
        guard case .rejected = await provider.verify(forged.incoming()) else {
            Issue.record("a forged one is believed")
            return
        }
        guard case .rejected = await (try self.provider(hasTopic: false)).verify(fixture.incoming()) else {
            Issue.record("a message is believed that nobody expects")
            return
        }
    }

    @Test func `no fixture is left out`() throws {
        let folder = CallbackFixture.folder.appending(path: "rekognition")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(files) == Set(Self.fixtures))
    }

    @Test func `a topic of another account is not listened to`() async throws {
        let other = FakeTopic(arn: "arn:aws:sns:eu-west-1:999999999999:AmazonRekognition-gw")
        let message = other.notification(#"{"JobId": "6de0"}"#, id: "m-1", time: VisionBench.timeText)
        let provider = RekognitionBench.provider(RekognitionBench.settings(endpoint: nil))

        guard case .rejected = await provider.verify(message.signed) else {
            Issue.record("it is believed")
            return
        }
        let own = RekognitionBench.topic.notification(
            #"{"JobId": "6de0"}"#,
            id: "m-1",
            time: VisionBench.timeText
        )
        #expect(await provider.verify(own.signed) == .verified(messageId: "m-1", trust: .signed))
    }

    @Test(arguments: ["", "{}", "[]", "SUCCEEDED", #"{"JobId": 7}"#, #"{"JobId": "a/b"}"#, #"{"JobId": ""}"#])
    func `a message that names no job is about none`(text: String) throws {
        let message = RekognitionBench.topic.notification(text, id: "m-1", time: VisionBench.timeText)
        let provider = try provider()
        #expect(provider.subject(ofCallback: Array(message.body.utf8)) == nil)
        #expect(provider.subject(ofCallback: Array(text.utf8)) == nil)
    }

    @Test func `a message is a reason to ask, and the answer counts`() async throws {
        let bench = try RekognitionBench([FakeRekognition.detection(0), FakeRekognition.detection(200)])
        defer { bench.fake.service.stop() }
        let id = try await bench.submitted()
        let callback = try #require(bench.fake.callback(id, saying: "FAILED"))
        let provider = bench.provider()
        #expect(provider.subject(ofCallback: Array(callback.body.utf8)) == id)
        guard case .verified(_, .signed) = await provider.verify(callback.signed) else {
            Issue.record("it is not believed")
            return
        }
        bench.fake.jobs.set(.done, of: id)
        guard
            case .made(.sourceFaces(let faces)) = await provider.poll(
                VisionBench.reference(id),
                told: callback.believed
            )
        else {
            Issue.record("a message ends a job that AWS says is done")
            return
        }
        #expect(faces.count == 1)
    }
}

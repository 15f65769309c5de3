import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct AWSTranscribeTests {
    private static let name = "reelgate-tsk_1-1"

    private func fake() throws -> FakeAWSTranscribe {
        try FakeAWSTranscribe(transcript: try SpeechBench.fixture("aws-transcribe/transcript.json"))
    }

    private func submit(_ provider: AWSTranscribeProvider, _ url: String) async -> SubmitResult {
        await provider.submit(SpeechBench.task(audioURL: url), callbackSecret: SpeechBench.secret)
    }

    private let link = "https://media.s3.eu-west-1.amazonaws.com/t/audio.wav?X-Amz-Signature=1"

    @Test func `a job that is there already is the same job`() async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake)

        #expect(await submit(provider, link) == .accepted(externalId: Self.name, report: nil))
        #expect(await submit(provider, link) == .accepted(externalId: Self.name, report: nil))
        #expect(fake.jobs.all.count == 1)
        #expect(fake.jobs.all.first?.member("Media.MediaFileUri") == "s3://media/t/audio.wav")
    }

    @Test func `a link of the gateway leads to S3, or the job is refused with the reason`() async throws {
        let fake = try fake()
        let link = link
        let s3 = try LoopbackServer.answering { _ in LoopbackAnswer(307, headers: [("location", link)]) }
        let local = try LoopbackServer.answering { _ in LoopbackAnswer(206, body: "R") }
        let missing = try LoopbackServer.answering { _ in LoopbackAnswer(404) }
        defer {
            fake.service.stop()
            for server in [s3, local, missing] { server.stop() }
        }
        let provider = SpeechBench.aws(fake)

        guard case .refused(let problem) = await submit(provider, "\(local.url)/a") else {
            Issue.record("audio elsewhere is not refused")
            return
        }
        #expect(problem.detail.contains("S3") && problem.retryable == false)
        guard case .unreachable = await submit(provider, "\(missing.url)/a") else {
            Issue.record("audio that is not there is refused for good")
            return
        }
        #expect(fake.service.received.isEmpty)
        // Links of tasks ask the gateway to answer itself.
        let asked = await submit(provider, "\(s3.url)/a?expires=1&redirect=false")
        #expect(asked == .accepted(externalId: Self.name, report: nil))
        #expect(s3.received.first?.header("range") == "bytes=0-0")
        #expect(s3.received.first?.target == "/a?expires=1&redirect=true")
    }

    @Test func `a link that ended is asked for anew, once`() async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake)
        _ = await submit(provider, link)
        fake.jobs.set(.done, of: Self.name)
        let task = SpeechBench.reference(Self.name)
        // Job, link that ended, job, link.
        fake.service.trouble(
            .passes,
            .answer(LoopbackAnswer(403, body: "<Error>Request has expired</Error>"))
        )

        guard case .made = await provider.poll(task, told: nil) else {
            Issue.record("the link was not asked for anew")
            return
        }
        let denied = FakeService.Trouble.answer(LoopbackAnswer(403))
        fake.service.trouble(.passes, denied, .passes, denied)
        guard case .unusable = await provider.poll(task, told: nil) else {
            Issue.record("a transcript that is not given out is taken for one that will be")
            return
        }
        #expect(fake.service.received.count == 1 + 4 + 4)
    }

    @Test func `a transcript in a bucket of one's own is read with the own keys`() async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake, outputBucket: "out")
        _ = await submit(provider, link)
        fake.jobs.set(.done, of: Self.name)

        guard case .made = await provider.poll(SpeechBench.reference(Self.name), told: nil) else {
            Issue.record("it is not read")
            return
        }
        let read = try #require(fake.service.received.last)
        #expect(read.target == "/out/reelgate/transcripts/\(Self.name).json")
        #expect(read.header("authorization")?.contains("/s3/aws4_request") == true)
    }

    @Test(arguments: [
        "http://169.254.169.254/latest", "https://evil.test/x?X-Amz-Signature=1", "file:///etc/passwd", "",
        "https://amazonaws.com.evil.test/x", "http://s3.eu-west-1.amazonaws.com/b/k",
        "https://s3.eu-west-1.amazonaws.com:8443/b/k",
    ])
    func `a transcript elsewhere is not fetched`(uri: String) async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let job =
            #"{"TranscriptionJobName": "\#(Self.name)", "TranscriptionJobStatus": "COMPLETED", "Transcript": {"TranscriptFileUri": "\#(uri)"}}"#
        fake.service.trouble(.garbledReply(#"{"TranscriptionJob": \#(job)}"#))

        guard
            case .unusable(let problem) = await SpeechBench.aws(fake)
                .poll(SpeechBench.reference(Self.name), told: nil)
        else {
            Issue.record("it is taken for a transcript, or for one that will come")
            return
        }
        #expect(problem.detail.contains("no address of AWS"))
    }

    @Test func `throttling passes, too long a file does not`() async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake)
        func answer(_ type: String, _ words: String) -> FakeService.Trouble {
            .answer(LoopbackAnswer(400, body: #"{"__type": "\#(type)", "Message": "\#(words)"}"#))
        }
        for type in ["ThrottlingException", "LimitExceededException"] {
            fake.service.trouble(answer(type, "You have sent too many requests."))
            guard case .busy = await submit(provider, link) else {
                Issue.record("\(type) is no reason to wait")
                return
            }
        }
        for (type, words) in [
            ("LimitExceededException", "The media file's duration is over the maximum."),
            ("BadRequestException", "Your media file is not valid."),
        ] {
            fake.service.trouble(answer(type, words))
            guard case .refused(let problem) = await submit(provider, link) else {
                Issue.record("\(type) is no refusal")
                return
            }
            #expect(problem.retryable == false && problem.detail.contains(words))
        }
        fake.service.trouble(.answer(LoopbackAnswer(500, body: #"{"__type": "InternalFailureException"}"#)))
        guard case .unknownOutcome = await submit(provider, link) else {
            Issue.record("an internal failure tells the outcome")
            return
        }
    }

    @Test func `an event is believed by the header of its destination, and names its job`() async throws {
        let fake = try fake()
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake, callbackSecret: SpeechBench.secret)
        let callback = try CallbackFixture("aws-transcribe/state-change.json")

        guard case .verified(_, .secret) = await provider.verify(callback.incoming(secret: nil)) else {
            Issue.record("the event is not believed")
            return
        }
        #expect(provider.namesTasks && provider.callbackTrust == .secret)
        #expect(provider.subject(ofCallback: Array(callback.body.utf8)) == Self.name)
        #expect(provider.subject(ofCallback: Array(#"{"source": "aws.s3", "detail": {}}"#.utf8)) == nil)
        #expect(provider.subject(ofCallback: []) == nil)
        guard case .rejected = await SpeechBench.aws(fake).verify(callback.incoming(secret: nil)),
            case .rejected = await SpeechBench.aws(fake, callbackSecret: Secret("other"))
                .verify(callback.incoming(secret: nil))
        else {
            Issue.record("an event is believed that nobody expects")
            return
        }
    }

    @Test func `an event by way of SNS is believed by its signature, from topics that may send`() async throws
    {
        let callback = try CallbackFixture("aws-transcribe/sns-state-change.json")
        let pem = Array(try SpeechBench.fixture("sns/certificate.pem").utf8)
        func provider(topics: Set<String>) -> AWSTranscribeProvider {
            AWSTranscribeProvider(
                settings: AWSTranscribeSettings(
                    credentials: AWSCredentials(accessKeyId: "a", secretAccessKey: "s"),
                    region: "eu-west-1",
                    callbackSecret: SpeechBench.secret,
                    topics: topics
                ),
                client: SpeechBench.client,
                linkClient: SpeechBench.client,
                meter: SpeechBench.meter,
                certificates: SNSCertificates { _ in HTTPResponse(status: 200, headers: [], body: pem) },
                now: { VisionBench.time }
            )
        }
        let topic = "arn:aws:sns:eu-west-1:123456789012:transcribe-gw"
        let own = provider(topics: [topic])
        let id = callback.headers["x-amz-sns-message-id"] ?? ""
        #expect(!id.isEmpty && !callback.note.isEmpty && own.callbackTrust == .signed)
        #expect(
            await own.verify(callback.incoming(secret: nil)) == .verified(messageId: id, trust: .signed)
        )
        #expect(own.subject(ofCallback: Array(callback.body.utf8)) == Self.name)
        #expect(own.externalId(told: callback.told) == Self.name)

        var forged = callback
        forged.body = callback.body.replacing("COMPLETED", with: "FAILED")
        guard case .rejected = await own.verify(forged.incoming()),
            case .rejected = await provider(topics: ["\(topic)-2"]).verify(callback.incoming()),
            case .rejected = await provider(topics: []).verify(callback.incoming())
        else {
            Issue.record("a message is believed that is not the topic's")
            return
        }
    }

    @Test(arguments: [
        ("de", "de-DE"), ("en", "en-US"), ("pt-br", "pt-BR"), ("zh-Hans-CN", "zh-CN"), ("mi", "mi"),
    ])
    func `a language gets its region`(tag: String, code: String) {
        #expect(AWSLanguages.code(tag) == code)
    }
}

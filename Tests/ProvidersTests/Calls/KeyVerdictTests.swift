import Contracts
import LoopbackSupport
import OutboundHTTP
import Signatures
import StudioSupport
import Testing

@testable import Providers

@Suite struct KeyVerdictTests {
    private static let client = HTTPClient(policy: .allowPrivateNetworks)
    private static let credentials = AWSCredentials(accessKeyId: "AKIDTEST", secretAccessKey: "secret")

    @Test(arguments: SpeechBench.jobs) func `a service is asked for something that costs nothing`(
        bench: SpeechBench
    ) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }

        #expect(await provider.checkKey() == .accepted)
        fake.service.trouble(.answer(LoopbackAnswer(401, body: "<html>")), .answer(LoopbackAnswer(502)))
        #expect(await provider.checkKey() == .refused("it answered with status 401"))
        #expect(await provider.checkKey() == .unwell("it answered with status 502"))
        fake.service.trouble(.hangUp)
        guard case .unreachable = await provider.checkKey() else {
            Issue.record("no answer was taken for one")
            return
        }
        #expect(fake.jobs.all.isEmpty)
    }

    @Test(arguments: [
        (429, KeyVerdict.unwell("it answered with status 429")),
        (503, .unwell("it answered with status 503")), (500, .unwell("it answered with status 500")),
        (404, .strange("it answered with status 404")), (301, .strange("it answered with status 301")),
        (400, .strange("it answered with status 400")), (403, .refused("it answered with status 403")),
        (204, .accepted),
    ])
    func `a status tells whether it is well, busy, or another server`(
        status: Int,
        verdict: KeyVerdict
    ) async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(status) }
        defer { server.stop() }
        let settings = AssemblyAISettings(key: Secret("k"), baseURL: server.url)
        let provider = AssemblyAIProvider(settings: settings, client: Self.client, meter: ProviderMeter())

        #expect(await provider.checkKey() == verdict)
    }

    @Test func `a key that may only transcribe is not refused`() async throws {
        let server = try LoopbackServer.answering { request in
            LoopbackAnswer(request.header("authorization") == "Token good" ? 200 : 403, body: "{}")
        }
        defer { server.stop() }
        func verdict(_ key: String) async -> KeyVerdict {
            let settings = DeepgramSettings(key: Secret(key), baseURL: server.url)
            return await DeepgramProvider(settings: settings, client: Self.client, meter: ProviderMeter())
                .checkKey()
        }

        #expect(await verdict("good") == .accepted)
        #expect(await verdict("small") == .unknown("a key without the right to list projects does not tell"))
    }

    @Test(arguments: [
        (404, "<Error><Code>NoSuchKey</Code></Error>", KeyVerdict.accepted),
        (404, "<Error><Code>NoSuchBucket</Code></Error>", .refused("there is no bucket 'b-1'")),
        (
            403, "<Error><Code>AccessDenied</Code></Error>",
            .unknown("without the right s3:ListBucket, bucket 'b-1' does not tell")
        ),
        (
            403, "<Error><Code>SignatureDoesNotMatch</Code></Error>",
            .refused("bucket 'b-1' answered with status 403 SignatureDoesNotMatch")
        ),
        (301, "", .refused("bucket 'b-1' answered with status 301")),
        (
            503, "<Error><Code>SlowDown</Code></Error>",
            .unwell("bucket 'b-1' answered with status 503 SlowDown")
        ),
    ]) func `a bucket is asked for an object that is not there`(
        status: Int,
        body: String,
        verdict: KeyVerdict
    ) async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(status, body: body) }
        defer { server.stop() }
        let settings = RemotionSettings(
            credentials: Self.credentials,
            region: "eu-west-1",
            functionName: "f",
            serveURL: "https://s.example",
            bucket: "b-1",
            endpoint: server.url
        )

        let provider = RemotionProvider(settings: settings, client: Self.client, meter: ProviderMeter())

        #expect(await provider.checkKey() == verdict)
        #expect(server.received.first?.target == "/b-1/renders/reelgate-doctor/progress.json")
    }

    @Test func `Amazon Transcribe is also asked whether its output can be read`() async throws {
        let fake = try FakeAWSTranscribe(transcript: "{}")
        defer { fake.service.stop() }
        let provider = SpeechBench.aws(fake, outputBucket: "results")

        #expect(await provider.checkKey() == .accepted)
        #expect(fake.service.received.last?.target == "/results/reelgate/transcripts/reelgate-doctor.json")
        let denied = LoopbackAnswer(400, body: #"{"__type": "AccessDeniedException", "Message": "no"}"#)
        fake.service.trouble(.answer(denied))
        #expect(await provider.checkKey() == .refused("it answered with error 'AccessDeniedException'"))
        let throttled = LoopbackAnswer(400, body: #"{"__type": "ThrottlingException", "Message": "slow"}"#)
        fake.service.trouble(.answer(throttled))
        #expect(await provider.checkKey() == .unwell("it answered with status 400"))
    }

    @Test func `a renderer that has no question for it only tells of a refusal`() async throws {
        let fake = try FakeRenderer.shotstack()
        defer { fake.server.stop() }
        func verdict(_ key: String) async -> KeyVerdict {
            let settings = ShotstackSettings(key: Secret(key), baseURL: fake.server.url)
            return await ShotstackProvider(settings: settings, client: Self.client, meter: ProviderMeter())
                .checkKey()
        }

        #expect(await verdict(FakeRenderer.key) == .unknown("no call that costs nothing tells"))
        #expect(await verdict("wrong") == .refused("it answered with status 401"))
        let broken = try LoopbackServer.answering { _ in LoopbackAnswer(502) }
        defer { broken.stop() }
        let settings = ShotstackSettings(key: Secret("k"), baseURL: broken.url)
        let provider = ShotstackProvider(settings: settings, client: Self.client, meter: ProviderMeter())
        #expect(await provider.checkKey() == .unwell("it answered with status 502"))
    }

    @Test func `those that sign are asked for a task that is not there`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(404) }
        defer { server.stop() }
        let url = server.url
        let hook = RenderHook(url: url, secret: [1, 2, 3], client: Self.client)
        let worker = EmbeddedWorker(secret: .generate(), client: Self.client) { url }

        #expect(await hook.checkKey() == .accepted)
        #expect(await worker.checkKey() == .accepted)
    }
}

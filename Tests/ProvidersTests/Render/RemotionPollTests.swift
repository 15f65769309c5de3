import Contracts
import Foundation
import LoopbackSupport
import Testing

@testable import Providers

@Suite struct RemotionPollTests {
    private static let ids = "\(FakeRemotion.bucket):9x16=r1,1x1=r2,16x9=r3"
    private static let slugs = ["9x16", "1x1", "16x9"]

    private func poll(
        _ progress: [String?],
        _ source: RemotionSettings.StatusSource = .progressFile,
        told: ToldCallback? = nil,
        prepare: (FakeRemotion) -> Void = { _ in }
    ) async throws -> (result: PollResult, cancelled: [String]) {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        for (index, text) in progress.enumerated() {
            guard let text else { continue }
            let id = "r\(index + 1)"
            source == .function ? fake.write("status/\(id)", text) : fake.progress(id, text)
        }
        prepare(fake)
        let result = await fake.provider(source).poll(RenderBench.reference(Self.ids), told: told)
        return (result, fake.cancelled)
    }

    private func told(_ body: String) -> ToldCallback {
        ToldCallback(trust: .signed, body: Array(body.utf8))
    }

    @Test func `a task is done when all of its renders are, and its files are behind signed links`()
        async throws
    {
        let (result, _) = try await poll(Self.slugs.map { FakeProgress.done($0) })

        #expect(result.files.map(\.aspectRatio) == [.portrait, .square, .landscape])
        #expect(result.files.map(\.sizeBytes) == [5, 5, 5])
        for (file, slug) in zip(result.files, Self.slugs) {
            #expect(file.url.contains("/renders/7-days-reelgate/tsk_1.1/\(slug).mp4?"))
            #expect(file.url.contains("X-Amz-Signature=") && file.url.contains("X-Amz-Expires=3600"))
            #expect(file.headers.isEmpty)
        }
    }

    @Test func `as long as one renders the task does, and tells how far it is`() async throws {
        let (result, cancelled) = try await poll([
            FakeProgress.done("9x16"), FakeProgress.running(), FakeProgress.done("16x9"),
        ])

        guard case .report(let report) = result else {
            Issue.record("\(result)")
            return
        }
        // Half of the frames are rendered, a third of them encoded.
        #expect(abs(report.progress - (2 + 0.7 / 2 + 0.2 / 3) / 3) < 0.000_1)
        #expect(report.state == .running && cancelled.isEmpty)
    }

    @Test func `one that failed ends the task in its own words, and the others are stopped`() async throws {
        let (result, cancelled) = try await poll([
            FakeProgress.running(), FakeProgress.failed("Cannot find font \\u0000"),
            FakeProgress.done("16x9"),
        ])

        #expect(result.word == "failed" && result.problem?.retryable == false)
        #expect(result.problem?.detail == "Remotion gave the render up: Cannot find font \u{fffd}")
        #expect(cancelled == ["r1"])
    }

    @Test(arguments: [
        ("AWS TooManyRequestsException", true), ("Rate Exceeded.", true), ("Browser crashed while", true),
        ("delayRender() timed out", true), ("Composition threw: x is undefined", false),
    ])
    func `a failure is tried again only where it may pass`(words: String, retries: Bool) async throws {
        let (result, _) = try await poll([FakeProgress.failed(words), nil, nil])

        #expect(result.word == "failed" && result.problem?.retryable == retries)
    }

    @Test func `an error that is tried again or is not fatal is none`() async throws {
        let errors = [
            #"[{"message":"x","isFatal":true,"willRetry":true}]"#,
            #"[{"message":"webhook","isFatal":false,"willRetry":false}]"#, #"[{}]"#,
        ]
        let (result, _) = try await poll(errors.map { FakeProgress.running(errors: $0) })

        #expect(result.word == "running")
    }

    @Test func `a render that nobody knows loses the task`() async throws {
        let (result, cancelled) = try await poll([FakeProgress.running(), nil, FakeProgress.done("16x9")])

        #expect(result.word == "forgotten" && cancelled == ["r1"])
    }

    @Test(arguments: [403, 429, 500, 503])
    func `a bucket that cannot be read leaves the task open`(status: Int) async throws {
        let running = FakeProgress.running()
        let (result, cancelled) = try await poll([running, nil, running]) { fake in
            fake.change { $0.refusals["renders/r2/progress.json"] = status }
        }

        #expect(result.word == "unreachable" && cancelled.isEmpty)
    }

    @Test(arguments: ["", "no JSON", "[]", "<Error/>", LongBody.name])
    func `progress that breaks its contract is no end`(text: String) async throws {
        let text = LongBody.meant(text, beyond: RemotionProvider.answerBytesMax)
        let (result, _) = try await poll([text, FakeProgress.done("1x1"), FakeProgress.done("16x9")])

        #expect(result.word == "unreachable")
    }

    @Test(arguments: [
        #"{"postRenderData":{}}"#,
        #"{"postRenderData":{"outputSize":1},"renderMetadata":{"outName":"out.mp4"}}"#,
        #"{"postRenderData":{"outputSize":1},"renderMetadata":{"outName":{"bucketName":"b","key":"renders/7-days-reelgate/k"}}}"#,
        FakeProgress.done("9x16").replacing("renders/7-days-reelgate", with: "sites"),
    ])
    func `a render that is done, and whose file is not where it should be, is told as such`(
        text: String
    ) async throws {
        let (result, cancelled) = try await poll([text, FakeProgress.done("1x1"), FakeProgress.done("16x9")])

        #expect(result.word == "unusable" && cancelled.isEmpty)
    }

    @Test func `a file that was there before is looked for`() async throws {
        let there = FakeProgress.failed("Output file renders/x already exists")
        let key = "renders/7-days-reelgate/tsk_1.1/9x16.mp4"
        let rest = [FakeProgress.done("1x1"), FakeProgress.done("16x9")]

        let (found, _) = try await poll([there] + rest) { $0.write(key, "12345678") }
        #expect(found.files.count == 3 && found.files.first?.sizeBytes == 8)
        #expect(found.files.first?.url.contains(key) == true)
        let (missing, _) = try await poll([there] + rest)
        #expect(missing.word == "failed" && missing.problem?.retryable == true)
        let (unreadable, _) = try await poll([there] + rest) { fake in
            fake.change { $0.refusals[key] = 403 }
        }
        #expect(unreadable.word == "unreachable")
    }

    @Test func `a function is cut off so long after its limit, and not before`() throws {
        let limit = FakeProgress.launched + 300_000
        func state(_ text: String, after ms: Double) throws -> RemotionAnswers.Told.State {
            try RemotionProgress.read(Array(text.utf8), nowMs: limit + ms).state
        }
        let missing = FakeProgress.running()
        let whole = missing.replacing(#""totalChunks":12"#, with: #""totalChunks":1"#)
        let unknown = missing.replacing(#""totalChunks":12,"#, with: "")
        for (text, edge) in [(missing, 20_000.0), (whole, 320_000), (unknown, 320_000)] {
            guard case .running = try state(text, after: edge),
                case .failed(_, isPassing: true) = try state(text, after: edge + 1)
            else {
                Issue.record("\(text)")
                return
            }
        }
        let timeless = missing.replacing(#""timeoutTimestamp":"#, with: #""other":"#)
        guard case .running = try state(timeless, after: 1e12) else {
            Issue.record("a limit that is not told is none")
            return
        }
    }

    @Test func `the function can be asked instead`() async throws {
        let prefix = "renders/7-days-reelgate/tsk_1.1"
        func done(_ slug: String) -> String {
            """
            {"type":"success","overallProgress":1,"done":true,"fatalErrorEncountered":false,"errors":[],
            "outKey":"\(prefix)/\(slug).mp4","outBucket":"\(FakeRemotion.bucket)","outputSizeInBytes":7}
            """
        }
        let running =
            #"{"type":"success","overallProgress":0.42,"done":false,"fatalErrorEncountered":false,"errors":[]}"#
        let failed = #"{"type":"success","done":false,"fatalErrorEncountered":true,"errors":[]}"#

        let (made, _) = try await poll(Self.slugs.map(done), .function)
        #expect(made.files.map(\.sizeBytes) == [7, 7, 7])
        guard case .report(let report) = try await poll([running, running, running], .function).result else {
            Issue.record("not under way")
            return
        }
        #expect(abs(report.progress - 0.42) < 0.000_1)
        #expect(try await poll([failed, running, running], .function).result.word == "failed")
        // The function itself fails: that says nothing of the render.
        #expect(try await poll([nil, running, running], .function).result.word == "unreachable")
    }

    @Test(arguments: ["error", "timeout"])
    func `a failure that is told counts where the bucket does not know of it yet`(type: String) async throws {
        let body = #"{"type":"\#(type)","renderId":"r2","errors":[{"message":"it broke"}]}"#
        let running = FakeProgress.running()

        let (result, cancelled) = try await poll([running, running, running], told: told(body))
        #expect(result.word == "failed" && cancelled == ["r1", "r3"])
        #expect(result.problem?.retryable == (type == "timeout"))
        let (other, _) = try await poll(
            [running, running, running],
            told: told(body.replacing("r2", with: "r9"))
        )
        #expect(other.word == "running")
        let hint = ToldCallback(trust: .capability, body: Array(body.utf8))
        #expect(try await poll([running, running, running], told: hint).result.word == "running")
    }

    @Test func `what is told against the bucket, or before it, changes nothing`() async throws {
        let done = Self.slugs.map { FakeProgress.done($0) }
        let failure = #"{"type":"error","renderId":"r1","errors":[{"message":"late"}]}"#
        #expect(try await poll(done, told: told(failure)).result.files.count == 3)
        let success = #"{"type":"success","renderId":"r1"}"#
        let running = [FakeProgress.running(), FakeProgress.running(), FakeProgress.running()]
        #expect(try await poll(running, told: told(success)).result.word == "running")
        #expect(try await poll(running, told: told("no JSON")).result.word == "running")
    }

    @Test func `an id that is none of ours is forgotten, unless a callback was faster than the ids`()
        async throws
    {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        let provider = fake.provider()
        for id in ["tsk_1", "", "other-bucket:9x16=r1", "9x16=r1", "\(FakeRemotion.bucket):9x16=../x"] {
            #expect(await provider.poll(RenderBench.reference(id), told: nil).word == "forgotten")
        }
        let early = told(#"{"type":"success","renderId":"r1"}"#)
        #expect(await provider.poll(RenderBench.reference("tsk_1"), told: early).word == "unreachable")
        #expect(fake.server.received.isEmpty)
    }

    @Test func `cancelling writes the sign that the renders look for`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }

        await fake.provider().cancel(externalId: Self.ids)
        await fake.provider().cancel(externalId: "tsk_1")

        #expect(fake.cancelled == ["r1", "r2", "r3"])
        let body = try #require(fake.objects["renders/r1/cancel.json"])
        #expect(String(decoding: body, as: UTF8.self) == #"{"cancelledAt":1796116200000}"#)
        #expect(fake.server.received.count == 3)
    }
}

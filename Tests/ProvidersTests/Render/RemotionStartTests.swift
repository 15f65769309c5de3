import Contracts
import LoopbackSupport
import OutboundHTTP
import Testing

@testable import Providers

@Suite struct RemotionStartTests {
    private func submit(_ fake: FakeRemotion, ratios: Int = 3) async throws -> SubmitResult {
        await fake.provider().submit(
            try RenderBench.task(ratios: ratios),
            callbackSecret: RenderBench.secret
        )
    }

    private func answered(_ answer: LoopbackAnswer) async throws -> SubmitResult {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        fake.change { $0.startAnswers = [answer] }
        return try await submit(fake, ratios: 1)
    }

    @Test func `each ratio is a render, and all ids are kept in one text`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }

        let result = try await submit(fake)

        #expect(
            result
                == .accepted(
                    externalId: "\(FakeRemotion.bucket):9x16=7-days-r1,1x1=7-days-r2,16x9=7-days-r3",
                    report: nil
                )
        )
        let compositions = fake.starts.map { String(decoding: $0, as: UTF8.self) }
        for (start, name) in zip(compositions, ["reelgate-9x16", "reelgate-1x1", "reelgate-16x9"]) {
            #expect(start.contains(#""composition":"\#(name)""#))
        }
    }

    @Test func `long props are in the bucket before the render starts`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        let task = try RenderBench.task(ratios: 1) { $0.title = String(repeating: "x", count: 200_000) }

        let result = await fake.provider().submit(task, callbackSecret: RenderBench.secret)

        #expect(result.word == "accepted")
        #expect(fake.server.received.map(\.method) == ["PUT", "POST"])
        #expect(fake.objects.keys.first?.hasPrefix("input-props/") == true)
    }

    @Test func `props that cannot be uploaded start nothing`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        let long = try RenderBench.task(ratios: 1) { $0.title = String(repeating: "x", count: 200_000) }
        let order = try RemotionRequests(settings: fake.settings())
            .orders(HostedShort(long, provider: "p"), secret: RenderBench.secret, now: 1)[0]
        let key = String(
            try #require(order.uploads.first).url.split(separator: "/").suffix(2).joined(separator: "/")
        )
        for (status, word) in [(500, "unreachable"), (503, "unreachable"), (403, "refused")] {
            fake.change { $0.refusals[key] = status }
            let result = await fake.provider().submit(long, callbackSecret: RenderBench.secret)
            #expect(result.word == word, "\(status)")
        }
        #expect(fake.starts.isEmpty)
    }

    @Test func `a full account is busy for as long as it says`() async throws {
        let answer = LoopbackAnswer(
            429,
            headers: [("retry-after", "17")],
            body: #"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User"}"#
        )
        #expect(try await answered(answer) == .busy(retryAfterMs: 17_000))
    }

    static let outcomes: [(String, Int, [String], String)] = [
        // A function that failed answers with 200.
        (#"{"errorType":"Error","errorMessage":"Incompatible site: 4.0.1"}"#, 200, ["Unhandled"], "refused"),
        (
            #"{"errorMessage":"2026 Task timed out after 300.00 seconds"}"#, 200, ["Unhandled"],
            "unknown outcome"
        ),
        (
            #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited"}"#, 200,
            ["Unhandled"], "unknown outcome"
        ),
        (#"{"type":"error","message":"No composition","stack":"Error"}"#, 200, [], "refused"),
        (#"{"type":"error","message":"TooManyRequestsException: Rate Exceeded"}"#, 200, [], "busy"),
        (#"not JSON"#, 200, [], "unknown outcome"), ("", 200, [], "unknown outcome"),
        (#"{"type":"success","renderId":"r1"}"#, 200, [], "unknown outcome"),
        (#"{"type":"success","bucketName":"other","renderId":"r1"}"#, 200, [], "unknown outcome"),
        (
            #"{"type":"success","bucketName":"remotionlambda-euwest1-abcdefghij","renderId":"../r"}"#, 200,
            [],
            "unknown outcome"
        ),
        (#"{"type":"progress"}"#, 200, [], "unknown outcome"),
        (#"{"Message":"User is not authorized"}"#, 403, [], "refused"),
        (#"{"Message":"Function not found"}"#, 404, [], "refused"),
        (#"{"message":"Internal"}"#, 500, [], "unknown outcome"), ("", 503, [], "unreachable"),
        (LongBody.name, 200, [], "unknown outcome"),
    ]

    @Test(arguments: outcomes)
    func `what a start comes to is told by its answer`(
        body: String,
        status: Int,
        failures: [String],
        word: String
    ) async throws {
        let headers = failures.map { (name: "X-Amz-Function-Error", value: $0) }

        #expect(
            try await answered(LoopbackAnswer(status, headers: headers, body: LongBody.meant(body))).word
                == word
        )
    }

    @Test func `a refusal says the function's own words`() async throws {
        let body = #"{"errorType":"Error","errorMessage":"Incompatible site: \u0000 4.0.1"}"#
        let result = try await answered(
            LoopbackAnswer(200, headers: [("x-amz-function-error", "Unhandled")], body: body)
        )
        #expect(result.problem?.detail.contains("Incompatible site: \u{fffd} 4.0.1") == true)
        #expect(result.problem?.retryable == false)
        let other = try await answered(LoopbackAnswer(404, body: #"{"Message":"no such function"}"#))
        #expect(other.problem?.detail.contains("no such function") == true)
        // It may name the account.
        let denied = try await answered(
            LoopbackAnswer(403, body: #"{"Message":"not arn:aws:iam::1:user/x"}"#)
        )
        #expect(denied.problem?.detail.contains("arn:") == false)
    }

    @Test func `of a stream of objects the last one counts`() async throws {
        let success = #"{"type":"success","bucketName":"\#(FakeRemotion.bucket)","renderId":"r9"}"#
        let body = #"{"a":"}{"}{"b":{"c":"\""}}"# + success
        #expect(
            try await answered(LoopbackAnswer(200, body: body))
                == .accepted(externalId: "\(FakeRemotion.bucket):9x16=r9", report: nil)
        )
    }

    @Test func `work that is no short, or lacks a file, is refused before anything is sent`() async throws {
        let fake = try FakeRemotion()
        defer { fake.server.stop() }
        var tasks: [ProviderTask] = []
        for number in 0..<4 {
            var task = try RenderBench.task()
            switch number {
            case 0: task.outputId = nil
            case 1: task.inputs.removeFirst()
            case 2: task.inputs.removeLast()
            default: task.parameters.short?.canvases = []
            }
            tasks.append(task)
        }
        for task in tasks {
            let result = await fake.provider().submit(task, callbackSecret: RenderBench.secret)
            #expect(result.word == "refused" && result.problem?.retryable == false)
        }
        #expect(fake.server.received.isEmpty)
    }
}

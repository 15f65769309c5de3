import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

@Suite struct RenderHookTests {
    private static let time = Date(timeIntervalSince1970: 1_800_000_000)
    private static let secret = Array("a secret of the hook's".utf8)
    private static let outputId = "out_1"
    private let client = HTTPClient(policy: .allowPrivateNetworks)

    private func hook(_ url: String = "http://127.0.0.1:1") -> RenderHook {
        RenderHook(url: url, secret: Self.secret, client: client, now: { Self.time })
    }

    private func task(outputId: String? = outputId) throws -> ProviderTask {
        ProviderTask(
            taskId: "tsk_1",
            attempt: 2,
            kind: .render,
            deadline: Self.time,
            callbackUrl: "http://127.0.0.1/c",
            uploadUrl: "http://127.0.0.1/u",
            inputs: [],
            parameters: ProviderTask.Parameters(short: try Self.short()),
            outputId: outputId
        )
    }

    /// The first short of the contract's own example.
    private static func short() throws -> Composition.Short {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../contracts/examples/artifacts/composition.json")
        return try WireJSON.decode(Composition.self, from: Data(contentsOf: path)).shorts[0]
    }

    private func submit(_ answer: LoopbackAnswer) async throws -> SubmitResult {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        return await hook(server.url).submit(try task(), callbackSecret: Secret("unused"))
    }

    private func poll(_ answer: LoopbackAnswer, renderId: String = "r-1") async throws -> PollResult {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        return await hook(server.url).poll(
            TaskReference(taskId: "tsk_1", attempt: 2, externalId: renderId, outputId: Self.outputId),
            told: nil
        )
    }

    private func signed(_ body: String, age: Int64 = 0) -> CallbackHeaders {
        let timestamp = String(Int64(Self.time.timeIntervalSince1970) - age)
        let code = HMACSHA256.code(of: Array("\(timestamp).\(body)".utf8), key: Self.secret)
        return CallbackHeaders([
            ("X-Provider-Timestamp", timestamp), ("X-Provider-Signature", Hex.encode(code)),
        ])
    }

    private static func body(_ status: String, more: String = "") -> String {
        #"{"event_id": "e1", "render_id": "r-1", "output_id": "out_1", "status": "\#(status)"\#(more)}"#
    }

    @Test func `an order that cannot be written says what is wrong with it`() async throws {
        var task = try task()
        task.parameters.short?.audio.gainDb = .infinity

        guard case .refused(let problem) = await hook().submit(task, callbackSecret: Secret("unused")) else {
            Issue.record("it was not refused")
            return
        }
        #expect(problem.detail.contains("audio") && problem.detail.contains("Double"))
    }

    @Test func `an order is signed, has a key of its attempt, and brings the render's id`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(202, body: #"{"render_id": "r-1"}"#) }
        defer { server.stop() }

        let result = await hook(server.url).submit(try task(), callbackSecret: Secret("unused"))

        let request = try #require(server.received.first)
        #expect(request.method == "POST" && request.target == "/v1/renders")
        #expect(request.header("idempotency-key") == "tsk_1.2")
        let timestamp = try #require(request.header(RenderHook.timestampName))
        let code = HMACSHA256.code(of: Array("\(timestamp).".utf8) + request.body, key: Self.secret)
        #expect(request.header(RenderHook.signatureName) == Hex.encode(code))
        let order = try WireJSON.decode(RenderOrder.self, from: Data(request.body))
        #expect(order.outputId == Self.outputId && order.callbackUrl == "http://127.0.0.1/c")
        #expect(result == .accepted(externalId: "r-1", report: nil))
    }

    @Test func `a receipt that cannot be used leaves the outcome open`() async throws {
        for body in ["", "{}", #"{"render_id": "../x"}"#, #"{"render_id": ""}"#] {
            guard case .unknownOutcome = try await submit(LoopbackAnswer(202, body: body)) else {
                Issue.record("\(body) is taken")
                return
            }
        }
    }

    @Test func `its refusals and its pauses are told apart`() async throws {
        let problem =
            #"{"type": "x", "title": "t", "status": 422, "detail": "no such font", "retryable": false}"#
        #expect(
            try await submit(LoopbackAnswer(429, headers: [("retry-after", "9")]))
                == .busy(retryAfterMs: 9_000)
        )
        guard case .refused(let told) = try await submit(LoopbackAnswer(422, body: problem)) else {
            Issue.record("422 is no refusal")
            return
        }
        #expect(told.detail == "no such font" && told.retryable == false)
        guard case .unknownOutcome = try await submit(LoopbackAnswer(502)) else {
            Issue.record("502 tells whether it was taken")
            return
        }
        guard case .refused = await hook().submit(try task(outputId: nil), callbackSecret: Secret("unused"))
        else {
            Issue.record("work that is no short is taken")
            return
        }
    }

    @Test func `a poll tells the state, and 404 that it is gone`() async throws {
        let rendered = LoopbackAnswer(200, body: Self.body("rendered"))
        guard case .report(let report) = try await poll(rendered) else {
            Issue.record("no report")
            return
        }
        #expect(report.state == .completed && report.attempt == 0 && report.taskId == "tsk_1")
        #expect(try await poll(LoopbackAnswer(404)) == .forgotten)
        #expect(try await poll(rendered, renderId: "a/b") == .forgotten)
        guard
            case .unreachable(_, let retryAfterMs) = try await poll(
                LoopbackAnswer(429, headers: [("retry-after", "40")])
            )
        else {
            Issue.record("429 is an answer")
            return
        }
        #expect(retryAfterMs == 40_000)
        let other = Self.body("rendered").replacing("r-1", with: "r-2")
        guard case .unreachable = try await poll(LoopbackAnswer(200, body: other)) else {
            Issue.record("another render's state is believed")
            return
        }
    }

    @Test func `a callback is believed with its signature only`() {
        let body = Self.body("rendered")
        let bytes = Array(body.utf8)

        #expect(
            hook().verify(IncomingCallback(headers: signed(body), body: bytes))
                == .verified(messageId: "e1", trust: .signed)
        )
        #expect(
            hook().verify(IncomingCallback(headers: signed(body, age: 300), body: bytes))
                == .verified(messageId: "e1", trust: .signed)
        )
        for headers in [
            signed(body, age: 301), signed(body, age: -301), signed(body + " "), CallbackHeaders([]),
            CallbackHeaders([("x-provider-timestamp", "1800000000"), ("x-provider-signature", "zz")]),
            CallbackHeaders([("x-provider-timestamp", "\(Int64.min)"), ("x-provider-signature", "00")]),
        ] {
            guard case .rejected = hook().verify(IncomingCallback(headers: headers, body: bytes)) else {
                Issue.record("\(headers) is believed")
                return
            }
        }
    }

    @Test func `what is signed is believed even where it is not understood`() {
        func verdict(_ body: String) -> CallbackVerdict {
            hook().verify(IncomingCallback(headers: signed(body), body: Array(body.utf8)))
        }

        // It names itself, though nothing else in it can be read.
        #expect(verdict(#"{"event_id": "e1"}"#) == .verified(messageId: "e1", trust: .signed))
        let tooLong = String(repeating: "e", count: RenderHookReader.idBytesMax + 1)
        for body in [
            "", "no JSON", #"{"event_id": ""}"#, #"{"event_id": 1}"#, #"{"event_id": "\#(tooLong)"}"#,
            #"{"render_id": "r-1", "output_id": "o", "status": "rendered"}"#,
            String(repeating: " ", count: RenderHookReader.bodyBytesMax + 1),
        ] {
            let digest = SHA256Digest.hex(Array(body.utf8))
            #expect(verdict(body) == .verified(messageId: "sha256-\(digest)", trust: .signed))
        }
    }

    @Test func `a callback says which render it is about and how that ended`() throws {
        let failed = Self.body("failed", more: #", "error": {"detail": "no font", "retryable": false}"#)

        #expect(hook().subject(ofCallback: Array(failed.utf8)) == "r-1")
        #expect(hook().subject(ofCallback: [1, 2]) == nil)
        let report = try hook().report(
            ofCallback: Array(failed.utf8),
            taskId: "tsk_1",
            outputId: Self.outputId
        )
        #expect(report.state == .failed && report.attempt == 0)
        #expect(report.error?.detail == "no font" && report.error?.retryable == false)
        #expect(throws: Problem.self) {
            try hook().report(ofCallback: Array(failed.utf8), taskId: "tsk_1", outputId: "out_2")
        }
        for status in ["rendering", "a word of tomorrow"] {
            let bytes = Array(Self.body(status).utf8)
            #expect(
                try hook().report(ofCallback: bytes, taskId: "tsk_1", outputId: Self.outputId).state
                    == .running
            )
        }
    }

    @Test func `no control character of it gets any further`() throws {
        func body(event: String = "e1", render: String = "r-1", output: String = "out_1") -> [UInt8] {
            let ids = #""event_id": "\#(event)", "render_id": "\#(render)", "output_id": "\#(output)""#
            let error = #""error": {"detail": "no\u0000 font"}"#
            return Array(#"{\#(ids), "status": "failed", \#(error)}"#.utf8)
        }

        let report = try hook().report(ofCallback: body(), taskId: "tsk_1", outputId: Self.outputId)
        #expect(report.error?.detail == "no\u{fffd} font")
        for escape in [#"\u0000"#, #"\n"#, #"\u007f"#] {
            #expect(hook().subject(ofCallback: body(render: "r\(escape)")) == nil)
            #expect(throws: Problem.self) {
                try hook().report(
                    ofCallback: body(output: "o\(escape)"),
                    taskId: "tsk_1",
                    outputId: Self.outputId
                )
            }
            #expect(RenderHookReader.eventId(body(event: "e\(escape)")) == nil)
        }
    }

    @Test func `a run is told its providers by what they do`() {
        let worker = EmbeddedWorker(secret: .generate(), client: client) { nil }
        let registry = ProviderRegistry(worker, [hook()])

        #expect(registry.names == ["render-hook", "worker"])
        #expect(registry.names(performing: .render) == ["render-hook", "worker"])
        #expect(registry.names(performing: .transcribe) == ["worker"])
    }
}

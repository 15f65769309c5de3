import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing
import Threads

@testable import Providers

@Suite struct EmbeddedWorkerTests {
    private static let time = Date(timeIntervalSince1970: 1_800_000_000)
    private let secret = WebhookSecret.generate()
    private let client = HTTPClient(policy: .allowPrivateNetworks)
    private let taskId = ResourceID.make(.task)

    private func worker(_ url: String?) -> EmbeddedWorker {
        EmbeddedWorker(secret: secret, client: client, now: { Self.time }, endpoint: { url })
    }

    private func task() -> ProviderTask {
        ProviderTask(
            taskId: taskId,
            attempt: 2,
            kind: .segment,
            deadline: Self.time,
            callbackUrl: "http://127.0.0.1/c",
            uploadUrl: "http://127.0.0.1/u",
            inputs: [],
            parameters: ProviderTask.Parameters()
        )
    }

    private func report(_ state: String = "queued", attempt: Int = 2, more: String = "") -> String {
        #"{"task_id": "\#(taskId)", "attempt": \#(attempt), "state": "\#(state)"\#(more)}"#
    }

    /// What submitting gives when the worker answers so.
    private func submit(_ answer: LoopbackAnswer) async throws -> SubmitResult {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        return await worker(server.url).submit(task(), callbackSecret: Secret("unused"))
    }

    private func poll(_ answer: LoopbackAnswer) async throws -> PollResult {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        return await worker(server.url).poll(
            TaskReference(taskId: taskId, attempt: 1, externalId: taskId),
            told: nil
        )
    }

    @Test func `a dispatch is signed and carries the task`() async throws {
        let answer = LoopbackAnswer(202, body: report())
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }

        let result = await worker(server.url).submit(task(), callbackSecret: Secret("unused"))

        let request = try #require(server.received.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/tasks")
        #expect(try WireJSON.decode(ProviderTask.self, from: Data(request.body)) == task())
        let headers = WebhookHeaders(
            id: request.header("webhook-id"),
            timestamp: request.header("webhook-timestamp"),
            signature: request.header("webhook-signature")
        )
        try WebhookSignature.verify(headers, body: request.body, secrets: [secret], now: 1_800_000_000)
        guard case .accepted(let externalId, let report) = result else {
            Issue.record("the result is \(result)")
            return
        }
        #expect(externalId == taskId)
        #expect(report?.state == .queued)
    }

    @Test(arguments: [("7", 7_000), ("0", 1_000), ("99999", 120_000), ("soon", 1_000), ("-1", 1_000)])
    func `a busy worker is tried later, within bounds`(header: String, expected: Int) async throws {
        let result = try await submit(LoopbackAnswer(429, headers: [("retry-after", header)]))

        #expect(result == .busy(retryAfterMs: expected))
    }

    @Test func `a refusal keeps the worker's own words`() async throws {
        let body = try WireJSON.encode(Problem(.sourceUnsupported, detail: "no such codec"))

        let result = try await submit(LoopbackAnswer(422, bytes: [UInt8](body)))

        #expect(result == .refused(Problem(.sourceUnsupported, detail: "no such codec")))
    }

    @Test func `a worker that is not there did not get the task`() async throws {
        let port = try LoopbackServer.closedPort()

        let refused = await worker("http://127.0.0.1:\(port)").submit(
            task(),
            callbackSecret: Secret("unused")
        )
        let away = await worker(nil).submit(task(), callbackSecret: Secret("unused"))

        for result in [refused, away] {
            guard case .unreachable(let problem) = result else {
                Issue.record("the result is \(result)")
                continue
            }
            #expect(problem.retryable == true)
        }
    }

    @Test func `nobody knows what became of a task whose answer was lost`() async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.reset()
        }
        defer { server.stop() }

        let result = await worker(server.url).submit(task(), callbackSecret: Secret("unused"))

        guard case .unknownOutcome = result else {
            Issue.record("the result is \(result)")
            return
        }
    }

    @Test(arguments: [408, 500, 502, 504])
    func `a failure somewhere on the way leaves the outcome unknown`(status: Int) async throws {
        guard case .unknownOutcome = try await submit(LoopbackAnswer(status)) else {
            Issue.record("\(status) tells whether the worker has the task")
            return
        }
    }

    @Test(arguments: [425, 503])
    func `a worker that says it did nothing did not get the task`(status: Int) async throws {
        guard case .unreachable = try await submit(LoopbackAnswer(status)) else {
            Issue.record("\(status) leaves the outcome open")
            return
        }
    }

    @Test(arguments: [("40", 40_000), ("99999", 120_000), ("soon", nil)])
    func `a poll's wish to wait is passed on, within bounds`(header: String, expected: Int?) async throws {
        let answer = LoopbackAnswer(429, headers: [("retry-after", header)])
        guard case .unreachable(_, let retryAfterMs) = try await poll(answer) else {
            Issue.record("429 is an answer")
            return
        }
        #expect(retryAfterMs == expected)
    }

    @Test(arguments: ["{", #"{"task_id": "tsk_other", "attempt": 2, "state": "queued"}"#])
    func `an answer that cannot be believed leaves the outcome unknown`(body: String) async throws {
        let result = try await submit(LoopbackAnswer(202, body: body))

        guard case .unknownOutcome = result else {
            Issue.record("the result is \(result)")
            return
        }
    }

    @Test func `a poll reads the report within bounds`() async throws {
        let more = #", "progress": 7.5, "warnings": [{"code": "no-face", "detail": "none"}], "extra": [1]"#

        let result = try await poll(LoopbackAnswer(200, body: report("transmogrifying", more: more)))

        let expected = TaskReport(
            taskId: taskId,
            attempt: 2,
            state: .running,
            progress: 1,
            warnings: [Warning(code: "no-face", detail: "none")]
        )
        #expect(result == .report(expected))
    }

    @Test func `a task that is not known is forgotten, a failing worker is not`() async throws {
        #expect(try await poll(LoopbackAnswer(404)) == .forgotten)
        guard case .unreachable = try await poll(LoopbackAnswer(500)) else {
            Issue.record("a failing worker forgets nothing")
            return
        }
    }

    @Test(arguments: [
        #", "artifacts": [{"name": "../x", "sha256": "\#(String(repeating: "a", count: 64))", "size_bytes": 1}]"#,
        #", "artifacts": [{"name": "plan.json", "sha256": "abc", "size_bytes": 1}]"#,
        #", "artifacts": [{"name": "plan.json", "sha256": "\#(String(repeating: "a", count: 64))", "size_bytes": -1}]"#,
    ])
    func `a report with a malformed artifact is not believed`(more: String) throws {
        let body = [UInt8](report("completed", more: more).utf8)

        #expect(throws: Problem.self) {
            try worker(nil).report(ofCallback: body, taskId: taskId, outputId: nil)
        }
    }

    @Test func `a report is read up to its limits and not beyond`() throws {
        let space = String(repeating: " ", count: TaskReportReader.bodyBytesMax - report().utf8.count)

        let read = try worker(nil).report(
            ofCallback: Array((report() + space).utf8),
            taskId: taskId,
            outputId: nil
        )

        #expect(read.state == .queued)
        #expect(throws: Problem.self) {
            try worker(nil).report(
                ofCallback: Array((report() + space + " ").utf8),
                taskId: taskId,
                outputId: nil
            )
        }
    }

    @Test func `no zero character of a report is kept`() throws {
        let zero = #"a\u0000b"#
        let problem = #"""
            {"type": "\#(zero)", "title": "\#(zero)", "status": 500, "detail": "\#(zero)",
            "instance": "\#(zero)", "request_id": "\#(zero)",
            "errors": [{"pointer": "\#(zero)", "detail": "\#(zero)"}]}
            """#
        let warning = #"{"code": "\#(zero)", "detail": "\#(zero)", "clip": "\#(zero)"}"#
        let body = #"""
            {"task_id": "\#(taskId)", "attempt": 1, "state": "failed", "warnings": [\#(warning)],
            "error": \#(problem)}
            """#

        let read = try worker(nil).report(ofCallback: Array(body.utf8), taskId: taskId, outputId: nil)

        let mended = "a\u{fffd}b"
        #expect(read.warnings == [Warning(code: mended, detail: mended, clip: mended)])
        let error = try #require(read.error)
        #expect(error.type == mended && error.title == mended && error.detail == mended)
        #expect(error.instance == mended && error.requestId == mended)
        #expect(error.errors == [Problem.Detail(pointer: mended, detail: mended)])
        #expect(TaskReportReader.problem(Array(problem.utf8)) == error)
    }

    @Test func `a callback is believed only with this worker's signature`() {
        let body = Array(report("completed").utf8)
        let signature = WebhookSignature.sign(
            id: "cb_1",
            timestamp: 1_800_000_000,
            body: body,
            secret: secret
        )
        let headers = CallbackHeaders([
            (name: "Webhook-Id", value: "cb_1"), (name: "webhook-timestamp", value: "1800000000"),
            (name: "webhook-signature", value: signature),
        ])

        #expect(
            worker(nil).verify(IncomingCallback(headers: headers, body: body))
                == .verified(messageId: "cb_1", trust: .signed)
        )
        guard case .rejected = worker(nil).verify(IncomingCallback(headers: headers, body: body + [32])),
            case .rejected = worker(nil).verify(IncomingCallback(headers: CallbackHeaders([]), body: body))
        else {
            Issue.record("a forged callback was believed")
            return
        }
    }

    @Test func `a cancellation is told to the worker`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(202) }
        defer { server.stop() }

        await worker(server.url).cancel(externalId: taskId)

        #expect(server.received.map(\.target) == ["/v1/tasks/\(taskId)/cancel"])
    }

    @Test func `the endpoint is asked for anew each time`() async throws {
        let answer = LoopbackAnswer(202, body: report())
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        let url = Locked<String?>(nil)
        let worker = EmbeddedWorker(secret: secret, client: client, endpoint: { url.withLock(\.self) })
        let before = await worker.submit(task(), callbackSecret: Secret("unused"))
        url.withLock { $0 = server.url }

        let after = await worker.submit(task(), callbackSecret: Secret("unused"))

        guard case .unreachable = before, case .accepted = after else {
            Issue.record("before: \(before), after: \(after)")
            return
        }
    }
}

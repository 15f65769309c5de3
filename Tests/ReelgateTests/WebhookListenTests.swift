import ArgumentParser
import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing
import Threads

@testable import reelgate

/// `webhooks listen` between a gateway and a receiver that are loopback servers.
@Suite struct WebhookListenTests {
    /// What a gateway with three events answers: two in the first page.
    private static func gateway() throws -> LoopbackServer {
        try LoopbackServer.answering { request in
            guard request.header("authorization") == "Bearer rg_test_key" else { return LoopbackAnswer(401) }
            let query = URLComponents(string: request.target)?.queryItems ?? []
            func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
            guard request.target.hasPrefix("/v1/events?"), value("types") ?? "run.*" == "run.*" else {
                return refusal("?types")
            }
            switch value("after") {
            case "end", "8-0": return answer(FeedPage(data: [], hasMore: false, next: "5-0"))
            case "5-0": return answer(FeedPage(data: [event(1), event(2)], hasMore: true, next: "6-0"))
            case "6-0": return answer(FeedPage(data: [event(3)], hasMore: false, next: "7-0"))
            default: return refusal("?after")
            }
        }
    }

    private static func answer(_ page: FeedPage) -> LoopbackAnswer {
        LoopbackAnswer(200, bytes: [UInt8]((try? WireJSON.encode(page)) ?? Data()))
    }

    private static func refusal(_ pointer: String) -> LoopbackAnswer {
        let errors = [Problem.Detail(pointer: pointer, detail: "is not good")]
        let problem = Problem(.invalidRequest, detail: "It is not good.", errors: errors)
        return LoopbackAnswer(422, bytes: [UInt8]((try? WireJSON.encode(problem)) ?? Data()))
    }

    private static func event(_ number: Int) -> MessageView {
        var event = MessageView(
            id: "msg_\(number)",
            eventType: "run.started",
            runId: "run_\(number)",
            outputId: nil,
            createdAt: Date(timeIntervalSince1970: 0),
            payloadRemovedAt: nil
        )
        event.payload = #"{"number":\#(number)}"#
        return event
    }

    /// Runs `listen` with these arguments against a gateway; the lines, and whether an event was not taken.
    private static func listen(
        _ arguments: [String],
        gateway: LoopbackServer
    ) async throws -> (lines: [[String: any Sendable]], hasFailed: Bool) {
        let command = try WebhooksCommand.Listen.parse(arguments)
        let settings = try Settings(
            environment: ["REELGATE_URL": gateway.url, "REELGATE_API_KEY": "rg_test_key"]
        )
        let client = try GatewayClient(settings: settings)
        defer { client.shutdown() }
        let http = HTTPClient(policy: .allowPrivateNetworks)
        defer { http.shutdown() }
        let written = Locked<[Data]>([])
        let listener = try await command.open(client: client, http: http, secret: .generate()) { line in
            written.withLock { $0.append(line) }
        }
        try await listener.run()
        let lines = try written.withLock(\.self).map { line in
            try #require(try JSONSerialization.jsonObject(with: line) as? [String: any Sendable])
        }
        return (lines, listener.hasFailed)
    }

    @Test func `events are forwarded in their order, signed with the secret of the first line`() async throws
    {
        let gateway = try Self.gateway()
        let receiver = try LoopbackServer.answering { _ in LoopbackAnswer(204) }
        defer {
            gateway.stop()
            receiver.stop()
        }

        let (lines, hasFailed) = try await Self.listen(
            ["--url", "\(receiver.url)/hook", "--count", "3", "--events", "run.*"],
            gateway: gateway
        )

        #expect(!hasFailed)
        #expect(lines[0]["listening"] as? String == gateway.url && lines[0]["after"] as? String == "5-0")
        #expect(lines.dropFirst().compactMap { $0["id"] as? String } == ["msg_1", "msg_2", "msg_3"])
        #expect(lines.dropFirst().allSatisfy { $0["status"] as? Int == 204 })
        let secret = try WebhookSecret(parsing: try #require(lines[0]["secret"] as? String))
        #expect(
            receiver.received.map { String(decoding: $0.body, as: UTF8.self) }
                == [#"{"number":1}"#, #"{"number":2}"#, #"{"number":3}"#]
        )
        for request in receiver.received {
            #expect(request.method == "POST" && request.target == "/hook")
            try WebhookSignature.verify(
                WebhookHeaders(
                    id: request.header("webhook-id"),
                    timestamp: request.header("webhook-timestamp"),
                    signature: request.header("webhook-signature")
                ),
                body: request.body,
                secrets: [secret],
                now: Int64(Date().timeIntervalSince1970)
            )
        }
    }

    @Test func `it begins after a place that is given, and shows events without sending them`() async throws {
        let gateway = try Self.gateway()
        defer { gateway.stop() }

        let (lines, hasFailed) = try await Self.listen(["--after", "6-0", "--count", "1"], gateway: gateway)

        #expect(!hasFailed)
        #expect(lines.count == 2 && lines[0]["after"] as? String == "6-0" && lines[0]["secret"] == nil)
        #expect(lines[1]["id"] as? String == "msg_3" && lines[1]["status"] == nil)
        #expect(lines[1]["payload"] as? String == #"{"number":3}"#)
    }

    @Test func `a receiver that does not take an event is told of`() async throws {
        let gateway = try Self.gateway()
        let receiver = try LoopbackServer.answering { request in
            LoopbackAnswer(request.header("webhook-id") == "msg_2" ? 500 : 200)
        }
        let away = try LoopbackServer.closedPort()
        defer {
            gateway.stop()
            receiver.stop()
        }

        let some = try await Self.listen(["--url", receiver.url, "--count", "3"], gateway: gateway)
        let none = try await Self.listen(
            ["--url", "http://127.0.0.1:\(away)/", "--count", "1"],
            gateway: gateway
        )

        #expect(some.hasFailed)
        #expect(some.lines.dropFirst().compactMap { $0["status"] as? Int } == [200, 500, 200])
        #expect(none.hasFailed)
        #expect((none.lines[1]["error"] as? String)?.hasPrefix("connect") == true)
    }

    @Test(arguments: [
        ["--after", "9-0"], ["--after", "5-0", "--events", "run.eaten"], ["--events", "run.eaten"],
    ])
    func `what the gateway refuses ends it before anything is told`(arguments: [String]) async throws {
        let gateway = try Self.gateway()
        defer { gateway.stop() }

        await #expect(throws: GatewayClient.Refused.self) {
            try await Self.listen(arguments, gateway: gateway)
        }
        #expect(gateway.received.count == 1)
    }

    @Test(arguments: [
        ["--url", "localhost:3000"], ["--url", "ftp://localhost/"], ["--url", "http://"],
        ["--url", "http://localhost:/"], ["--url", "http://u:p@localhost/"],
        ["--url", "http://localhost:99999/"],
        ["--url", "http://169.254.169.254/"], ["--after", "latest"], ["--after", ""], ["--after", "5"],
        ["--after", "5-msg_1"], ["--after", "-1-0"], ["--count", "0"],
    ])
    func `options that cannot be are refused before anybody is asked`(arguments: [String]) {
        #expect(throws: (any Error).self) { try WebhooksCommand.Listen.parse(arguments) }
    }

    @Test(arguments: [
        ["--url", "http://localhost:3000/hook?a=b"], ["--url", "https://10.0.0.1/"], ["--after", "end"],
        ["--after", "0-0"], ["--after", "18446744073709551615-msg_01jdf8w3n7q2k5m9x4c6v8b0az"], [],
    ])
    func `options that can be are taken`(arguments: [String]) throws {
        _ = try WebhooksCommand.Listen.parse(arguments)
    }

    @Test func `the secret is the one that is given, or a new one`() throws {
        let given = WebhookSecret.generate().reveal()

        #expect(try GivenSecret.orNew([GivenSecret.name: given]).reveal() == given)
        #expect(try GivenSecret.orNew([:]).reveal() != GivenSecret.orNew([GivenSecret.name: ""]).reveal())
        #expect(throws: ValidationError.self) { try GivenSecret.orNew([GivenSecret.name: "whsec_%"]) }
    }
}

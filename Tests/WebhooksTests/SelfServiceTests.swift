import Contracts
import Foundation
import LoopbackSupport
import Signatures
import Store
import Testing
import Threads
import Webhooks

/// What an endpoint's owner sets and asks for, on the wire.
@Suite struct SelfServiceTests {
    let secret = WebhookSecret.generate()

    private func set(
        _ fixture: EngineFixture,
        _ endpoint: EndpointView,
        _ change: @escaping @Sendable (inout EndpointSettings) -> Void
    ) async throws {
        let changed = try await fixture.store.updateEndpoint(
            tenantId: fixture.tenantId,
            id: endpoint.id,
            change: change
        )
        #expect(changed != nil)
    }

    private func replay(_ fixture: EngineFixture, _ messageId: String) async throws {
        let outcome = try await fixture.store.replayMessage(
            tenantId: fixture.tenantId,
            id: messageId,
            endpointId: nil,
            claim: nil
        ) { view in
            #expect(view.replayed == 1)
            return StoredResponse(status: 202, headers: [:], body: Data())
        }
        #expect(outcome != nil)
    }

    @Test func `custom headers are sent and recorded without their values`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200, headers: [("x-seen", "yes")]) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url + "/hook", secret: secret)
        try await set(fixture, endpoint) {
            $0.headers = ["authorization": "Bearer s3cret", "x-team": "shorts"]
        }
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering { try await expectRequests(1, at: server) }

        let request = try #require(server.received.first)
        #expect(request.header("authorization") == "Bearer s3cret" && request.header("x-team") == "shorts")
        let id = try #require(try await fixture.deliveries(of: endpoint).first?.id)
        let delivery = try #require(try await fixture.store.delivery(tenantId: fixture.tenantId, id: id))
        let attempt = try #require(delivery.attempts.first)
        #expect(attempt.request?.url == server.url + "/hook")
        for (name, value) in attempt.request?.headers ?? [:] where value != "(hidden)" {
            #expect(request.header(name) == value)
        }
        #expect(attempt.request?.headers["webhook-signature"]?.hasPrefix("v1,") == true)
        #expect(attempt.request?.headers["authorization"] == "(hidden)")
        #expect(attempt.responseHeaders?["x-seen"] == "yes")
        #expect(attempt.timing.map { $0.totalMs >= $0.firstByteMs } == true)
        #expect(delivery.payload == String(decoding: request.body, as: UTF8.self))
    }

    @Test func `an attempt without an answer tells what was sent and how long it took`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(204) }
        let url = server.url
        server.stop()
        let endpoint = try await fixture.endpoint(url, secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: EngineFixture.settings(delaysMs: [])) {
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: endpoint).first { $0.state == "exhausted" }
            }
        }

        let id = try #require(try await fixture.deliveries(of: endpoint).first?.id)
        let delivery = try #require(try await fixture.store.delivery(tenantId: fixture.tenantId, id: id))
        #expect(delivery.problem?.slug == "endpoint-unreachable")
        #expect(delivery.problem?.detail.hasPrefix("connect") == true)
        #expect(delivery.attempts.first?.timing != nil && delivery.attempts.first?.responseHeaders == nil)
        #expect(delivery.attempts.first?.request?.url == url)
    }

    @Test func `a replay has the schedule of retries before it again`() async throws {
        let fixture = try await EngineFixture.make()
        let count = Locked(0)
        let next: @Sendable () -> Int = {
            count.withLock { count in
                count += 1
                return count
            }
        }
        let server = try LoopbackServer.answering { _ in
            // Two attempts end in vain; of the replay the first one does too.
            LoopbackAnswer(next() < 4 ? 500 : 204)
        }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        let messageId = try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: EngineFixture.settings(delaysMs: [10])) {
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: endpoint).first { $0.state == "exhausted" }
            }
            try await replay(fixture, messageId)
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: endpoint).first { $0.state == "delivered" }
            }
        }

        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.attempts.map(\.number) == [1, 2, 3, 4] && delivery.replays == 1)
        #expect(Set(server.received.compactMap { $0.header("webhook-id") }) == [messageId])
        #expect(Set(server.received.map(\.body)).count == 1)
    }

    @Test func `nothing goes to a paused endpoint until it is enabled`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(204) }
        defer { server.stop() }
        let (held, other) = (
            try await fixture.endpoint(server.url + "/held", secret: secret),
            try await fixture.endpoint(server.url + "/other", secret: secret)
        )
        try await fixture.enqueue(for: held)
        _ = try await fixture.store.pauseEndpoint(tenantId: fixture.tenantId, id: held.id)
        try await fixture.enqueue(for: other)

        try await fixture.delivering {
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: other).first { $0.state == "delivered" }
            }
            #expect(server.received.map(\.target) == ["/other"])
            #expect(try await fixture.deliveries(of: held).map(\.isHeld) == [true])
            _ = try await fixture.store.enableEndpoint(tenantId: fixture.tenantId, id: held.id)
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: held).first { $0.state == "delivered" }
            }
        }

        #expect(server.received.map(\.target) == ["/other", "/held"])
    }
}

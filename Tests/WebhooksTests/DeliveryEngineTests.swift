import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Postgres
import Signatures
import Store
import TestSupport
import Testing
import Threads
import Webhooks

@Suite struct DeliveryEngineTests {
    let secret = WebhookSecret.generate()

    @Test func `a message is delivered once, signed, with the bytes of the outbox`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(204, headers: [("x-seen", "yes")]) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url + "/hook", secret: secret)
        let messageId = try await fixture.enqueue(for: endpoint)

        try await fixture.delivering { try await expectRequests(1, at: server) }

        let request = try #require(server.received.first)
        #expect(server.received.count == 1)
        #expect(request.method == "POST")
        #expect(request.target == "/hook")
        #expect(request.header("webhook-id") == messageId)
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("user-agent") == "Reelgate-Webhooks/1.0")
        try verify(request)
        let message = try await fixture.store.message(tenantId: fixture.tenantId, id: messageId)
        #expect(message?.payload == String(decoding: request.body, as: UTF8.self))
        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.state == "delivered")
        #expect(delivery.attempts.map(\.outcome) == ["delivered"])
        #expect(delivery.attempts.first?.status == 204)
    }

    @Test func `a refused message comes again with the same id and bytes and a fresh signature`() async throws
    {
        let fixture = try await EngineFixture.make()
        let count = Locked(0)
        let server = try LoopbackServer.answering { _ in
            let attempt = count.withLock { count in
                count += 1
                return count
            }
            return attempt < 3 ? LoopbackAnswer(500, body: "not yet") : LoopbackAnswer(200)
        }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        try await fixture.enqueue(for: endpoint)
        let clock = Locked(Date(timeIntervalSince1970: 1_700_000_000))

        let tick: @Sendable () -> Date = {
            clock.withLock { clock in
                clock += 10
                return clock
            }
        }
        try await fixture.delivering(now: tick) { try await expectRequests(3, at: server) }

        let requests = server.received
        #expect(Set(requests.compactMap { $0.header("webhook-id") }).count == 1)
        #expect(Set(requests.map(\.body)).count == 1)
        #expect(Set(requests.compactMap { $0.header("webhook-timestamp") }).count == 3)
        #expect(Set(requests.compactMap { $0.header("webhook-signature") }).count == 3)
        for request in requests { try verify(request) }
        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.state == "delivered")
        #expect(delivery.attempts.map(\.outcome) == ["rejected", "rejected", "delivered"])
        #expect(delivery.attempts.map(\.status) == [500, 500, 200])
        #expect(delivery.attempts.first?.responseBody == "not yet")
        #expect(delivery.attempts.first?.problem?.slug == "endpoint-refused")
    }

    @Test func `410 disables the endpoint and tells the others`() async throws {
        let fixture = try await EngineFixture.make()
        let gone = try LoopbackServer.answering { _ in LoopbackAnswer(410) }
        let other = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer {
            gone.stop()
            other.stop()
        }
        let endpoint = try await fixture.endpoint(gone.url, secret: secret)
        _ = try await fixture.endpoint(other.url, secret: secret, eventTypes: ["endpoint.disabled"])
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering { try await expectRequests(1, at: other) }

        let told = try #require(other.received.first)
        let envelope = try WireJSON.decode(EventEnvelope.self, from: Data(told.body))
        #expect(envelope.type == .endpointDisabled)
        #expect(envelope.data.endpoint?.id == endpoint.id)
        #expect(gone.received.count == 1)
        let record = try await fixture.store.endpoint(tenantId: fixture.tenantId, id: endpoint.id)
        #expect(record?.isEnabled == false)
        #expect(record?.disabledReason == "the endpoint answered 410 Gone")
    }

    @Test func `a message that is never accepted is exhausted and stays listed`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(302, headers: [("location", "/x")]) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: EngineFixture.settings(delaysMs: [10])) {
            try await expectRequests(2, at: server)
        }

        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.state == "exhausted")
        #expect(delivery.attempts.count == 2)
        #expect(server.received.allSatisfy { $0.target == "/" })
    }

    @Test func `a hung endpoint with a backlog holds up nobody else`() async throws {
        let fixture = try await EngineFixture.make()
        let hung = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.waitForClose()
        }
        let healthy = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer {
            hung.stop()
            healthy.stop()
        }
        let slow = try await fixture.endpoint(hung.url, secret: secret)
        let quick = try await fixture.endpoint(healthy.url, secret: secret)
        for _ in 0..<100 { try await fixture.enqueue(for: slow) }
        for _ in 0..<5 { try await fixture.enqueue(for: quick) }
        var settings = EngineFixture.settings(delaysMs: [60_000], attemptMs: 400)
        settings.inFlightMax = 8

        try await fixture.delivering(settings: settings) {
            try await expectRequests(5, at: healthy)
            #expect(hung.received.count <= 4)
            try await expectRequests(1, at: hung)
        }

        #expect(try await fixture.deliveries(of: quick).allSatisfy { $0.state == "delivered" })
        let attempts = try await fixture.deliveries(of: slow).flatMap(\.attempts)
        #expect(!attempts.isEmpty)
        #expect(Set(attempts.map(\.outcome)) == ["unknown"])
        #expect(Set(attempts.compactMap { $0.problem?.detail.prefix(15) }) == ["timeout_headers"])
    }

    @Test func `an attempt of a dead engine is made again and its late result changes nothing`() async throws
    {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        try await fixture.enqueue(for: endpoint)
        // The dead engine claimed the delivery; its lease has run out.
        let claimed = try await fixture.store.claimDeliveries(
            limit: 10,
            leaseSeconds: 60,
            perEndpointMax: 4
        )
        let stale = try #require(claimed.first)
        let again = try await fixture.store.claimDeliveries(
            limit: 10,
            leaseSeconds: 60,
            perEndpointMax: 4
        )
        #expect(again.isEmpty)
        try await fixture.database.pool.execute(
            "UPDATE deliveries SET lease_until = now() - interval '1 second'"
        )

        try await fixture.delivering { try await expectRequests(1, at: server) }

        let late = NewAttempt(
            number: 1,
            outcome: .rejected,
            status: 500,
            problem: nil,
            startedAt: Date(),
            durationMs: 1,
            responseBody: nil,
            responseHeaders: nil
        )
        let isRecorded = try await fixture.store.finishDelivery(stale.lease, attempt: late, next: .exhausted)
        #expect(!isRecorded)
        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.state == "delivered")
        #expect(delivery.attempts.map(\.status) == [200])
    }

    @Test func `an endpoint on a private address gets nothing when these are not allowed`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(
            "https://127.0.0.1:\(server.port)/?key=hidden",
            secret: secret
        )
        try await fixture.enqueue(for: endpoint)
        var delivery: DeliveryView?

        try await fixture.delivering(policy: .publicOnly, settings: EngineFixture.settings(delaysMs: [])) {
            delivery = try await eventually {
                try await fixture.deliveries(of: endpoint).first { !$0.attempts.isEmpty }
            }
        }

        let attempt = try #require(delivery?.attempts.first)
        #expect(attempt.outcome == "rejected")
        #expect(attempt.problem?.slug == "endpoint-address-blocked")
        #expect(attempt.problem?.detail.contains("hidden") == false)
        #expect(server.connectionsAccepted == 0)
    }

    @Test func `no log line and no record shows the secret`() async throws {
        let fixture = try await EngineFixture.make()
        let port = try LoopbackServer.closedPort()
        let endpoint = try await fixture.endpoint("http://127.0.0.1:\(port)/?key=hidden", secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: EngineFixture.settings(delaysMs: [])) {
            _ = try await eventually {
                try await fixture.deliveries(of: endpoint).first { $0.state == "exhausted" }
            }
        }

        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        let all = fixture.logs.text + String(decoding: try WireJSON.encode(delivery), as: UTF8.self)
        #expect(all.contains(delivery.id))
        #expect(!all.contains(secret.reveal().dropFirst(6)))
        #expect(!all.contains("hidden"))
        #expect(delivery.attempts.map(\.outcome) == ["rejected"])
    }

    @Test func `every message arrives when two engines share the work`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        var ids: Set<String> = []
        for _ in 0..<40 { ids.insert(try await fixture.enqueue(for: endpoint)) }

        try await fixture.delivering {
            try await fixture.delivering { try await expectRequests(40, at: server) }
        }

        #expect(Set(server.received.compactMap { $0.header("webhook-id") }) == ids)
        #expect(server.received.count == 40)
        #expect(try await fixture.deliveries(of: endpoint).allSatisfy { $0.state == "delivered" })
    }

    private func verify(_ request: LoopbackRequest) throws {
        let timestamp = try #require(request.header("webhook-timestamp").flatMap { Int64($0) })
        try WebhookSignature.verify(
            WebhookHeaders(
                id: request.header("webhook-id"),
                timestamp: request.header("webhook-timestamp"),
                signature: request.header("webhook-signature")
            ),
            body: request.body,
            secrets: [secret],
            now: timestamp
        )
    }
}

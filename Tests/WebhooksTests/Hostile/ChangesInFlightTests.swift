import Contracts
import Foundation
import Glibc
import LoopbackSupport
import Postgres
import Signatures
import Store
import TestSupport
import Testing
import Threads
import Webhooks

/// Item 13 of the fault list: what changes while an attempt is under way.
@Suite struct ChangesInFlightTests {
    let secret = WebhookSecret.generate()

    @Test func `an endpoint that is deleted while an attempt is under way gets nothing more`() async throws {
        let fixture = try await EngineFixture.make()
        let held = try HeldReceiver(then: LoopbackAnswer(500))
        let healthy = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer {
            held.server.stop()
            healthy.stop()
        }
        let endpoint = try await fixture.endpoint(held.server.url, secret: secret)
        let other = try await fixture.endpoint(healthy.url, secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering {
            try await held.arrival(fixture)
            #expect(try await fixture.store.deleteEndpoint(tenantId: fixture.tenantId, id: endpoint.id))
            held.release()
            try await fixture.enqueue(for: other)
            _ = try await fixture.eventually { healthy.received.isEmpty ? nil : true }
        }

        #expect(held.server.received.count == 1)
        _ = try await fixture.store.removeDeletedEndpoints(limit: 10)
        let rows = try await fixture.database.pool.query("SELECT endpoint_id FROM deliveries")
        #expect(try rows.map { try $0.get("endpoint_id", as: String.self) } == [other.id])
    }

    @Test func `a URL that changes while an attempt is under way counts for the next`() async throws {
        let fixture = try await EngineFixture.make()
        let held = try HeldReceiver(then: LoopbackAnswer(500))
        let moved = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer {
            held.server.stop()
            moved.stop()
        }
        let endpoint = try await fixture.endpoint(held.server.url, secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering {
            try await held.arrival(fixture)
            try await fixture.database.pool.execute(
                "UPDATE endpoints SET url = \(moved.url), updated_at = now() WHERE id = \(endpoint.id)"
            )
            held.release()
            _ = try await fixture.eventually { moved.received.isEmpty ? nil : true }
        }

        let log = try await AttemptLog(of: endpoint, fixture)
        #expect(log.attempts.map(\.status) == [500, 200])
        #expect(held.server.received.count == 1 && moved.received.count == 1)
        for request in held.server.received + moved.received {
            #expect(request.header("webhook-id") == log.messageId)
            #expect(Data(request.body) == log.payload)
        }
    }

    @Test func `a secret that changes while an attempt is under way signs the next`() async throws {
        let fixture = try await EngineFixture.make()
        let held = try HeldReceiver(then: LoopbackAnswer(500), after: LoopbackAnswer(200))
        defer { held.server.stop() }
        let next = WebhookSecret.generate()
        let endpoint = try await fixture.endpoint(held.server.url, secret: secret)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering {
            try await held.arrival(fixture)
            try await fixture.database.pool.execute(
                "UPDATE endpoints SET secret = \(next.reveal()), updated_at = now() WHERE id = \(endpoint.id)"
            )
            held.release()
            _ = try await fixture.eventually { held.server.received.count == 2 ? true : nil }
        }

        let requests = held.server.received
        #expect(requests.map { isSigned($0, by: secret) } == [true, false])
        #expect(requests.map { isSigned($0, by: next) } == [false, true])
    }

    @Test func `an endpoint that fails every other time gets everything, once it accepts it`() async throws {
        let fixture = try await EngineFixture.make()
        let count = Locked(0)
        let server = try LoopbackServer.answering { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return LoopbackAnswer(number.isMultiple(of: 2) ? 200 : 503)
        }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        var ids: Set<String> = []
        for _ in 0..<20 { ids.insert(try await fixture.enqueue(for: endpoint)) }
        let settings = EngineFixture.settings(delaysMs: [Int](repeating: 10, count: 12))

        try await fixture.delivering(settings: settings) {
            _ = try await fixture.eventually {
                try await fixture.deliveries(of: endpoint).allSatisfy { $0.state != "pending" } ? true : nil
            }
        }

        let deliveries = try await fixture.deliveries(of: endpoint)
        #expect(deliveries.map(\.state) == [String](repeating: "delivered", count: 20))
        let written = deliveries.reduce(into: [:]) { $0[$1.messageId] = $1.attempts.map(\.status) }
        #expect(Set(written.keys) == ids)
        let wire = Dictionary(grouping: server.received) { $0.header("webhook-id") ?? "" }
        for (id, statuses) in written {
            #expect(statuses.last == 200 && statuses.dropLast().allSatisfy { $0 == 503 })
            #expect(wire[id]?.count == statuses.count)
            #expect(Set((wire[id] ?? []).map(\.body)).count == 1)
        }
    }

    @Test func `many answers of 410 at once disable the endpoint once`() async throws {
        let fixture = try await EngineFixture.make()
        let gone = try LoopbackServer.answering { _ in LoopbackAnswer(410) }
        let watcher = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer {
            gone.stop()
            watcher.stop()
        }
        let endpoint = try await fixture.endpoint(gone.url, secret: secret)
        _ = try await fixture.endpoint(watcher.url, secret: secret, eventTypes: ["endpoint.disabled"])
        for _ in 0..<60 { try await fixture.enqueue(for: endpoint) }

        try await fixture.delivering {
            _ = try await fixture.eventually { watcher.received.isEmpty ? nil : true }
        }

        #expect(watcher.received.count == 1)
        let notices: Int = try await fixture.database.pool.query(
            "SELECT count(*) AS n FROM messages WHERE event_type = 'endpoint.disabled'"
        )[0].get("n")
        #expect(notices == 1)
        // What was not under way waits, and comes once the endpoint is enabled.
        let states = try await fixture.deliveries(of: endpoint).map(\.state)
        #expect(states.count { $0 == "exhausted" } == gone.received.count)
        #expect(states.count { $0 == "pending" } == 60 - gone.received.count)
        #expect(gone.received.count < 30)
    }

    private func isSigned(_ request: LoopbackRequest, by secret: WebhookSecret) -> Bool {
        guard let timestamp = request.header("webhook-timestamp").flatMap({ Int64($0) }) else { return false }
        let headers = WebhookHeaders(
            id: request.header("webhook-id"),
            timestamp: request.header("webhook-timestamp"),
            signature: request.header("webhook-signature")
        )
        return (try? WebhookSignature.verify(headers, body: request.body, secrets: [secret], now: timestamp))
            != nil
    }
}

/// A receiver that keeps its first request until it is told to answer.
private final class HeldReceiver: Sendable {
    let server: LoopbackServer
    private let isReleased: Locked<Bool>

    init(then first: LoopbackAnswer, after: LoopbackAnswer = LoopbackAnswer(200)) throws {
        let isReleased = Locked(false)
        self.isReleased = isReleased
        server = try LoopbackServer.answering { _ in
            if isReleased.withLock({ $0 }) { return after }
            while !isReleased.withLock({ $0 }) { usleep(5000) }
            return first
        }
    }

    func release() { isReleased.withLock { $0 = true } }

    func arrival(_ fixture: EngineFixture) async throws {
        _ = try await fixture.eventually { self.server.received.isEmpty ? nil : true }
    }
}

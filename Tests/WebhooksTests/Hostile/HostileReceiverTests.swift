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

@testable import Webhooks

/// Receivers that do what they must not: no attempt outlives its time, each is written down as what it was, and the
/// receiver's own log is that of the attempts.
@Suite struct HostileReceiverTests {
    private static let attemptMs = 3_000

    @Test func `connections that go wrong`() async throws { try await hold(HostileCase.connections) }

    @Test func `TLS that goes wrong`() async throws { try await hold(HostileCase.secureConnections) }

    @Test func `HTTP/2 that goes wrong`() async throws { try await hold(HostileCase.streams) }

    @Test func `headers that go wrong`() async throws { try await hold(HostileCase.heads) }

    @Test func `bodies that go wrong`() async throws { try await hold(HostileCase.bodies) }

    @Test func `every status`() async throws { try await hold(HostileCase.statuses) }

    /// All cases at once, each with an endpoint and a message of its own that is attempted twice at most.
    private func hold(_ cases: [HostileCase]) async throws {
        let fixture = try await EngineFixture.make()
        let secret = WebhookSecret.generate()
        var servers: [LoopbackServer] = []
        defer { for server in servers { server.stop() } }
        var endpoints: [EndpointView] = []
        var authorities = ""
        for hostile in cases {
            let tls = try hostile.tls.map { try LoopbackTLS($0, speaksHTTP2: hostile.speaksHTTP2) }
            if let tls { authorities += try String(contentsOfFile: tls.authorityPath, encoding: .utf8) }
            let server = try LoopbackServer(tls: tls, hostile.behave)
            servers.append(server)
            let url = "\(hostile.scheme)://127.0.0.1:\(server.port)/"
            endpoints.append(try await fixture.endpoint(url, secret: secret, eventTypes: ["run.failed"]))
        }
        for endpoint in endpoints { try await fixture.enqueue(for: endpoint) }
        let trusted = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
        try authorities.write(to: trusted, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: trusted) }
        let engine = Locked<DeliveryEngine?>(nil)
        let started = ContinuousClock.now

        try await fixture.delivering(
            settings: EngineFixture.settings(delaysMs: [10], attemptMs: Self.attemptMs),
            certificatesPath: authorities.isEmpty ? nil : trusted.path,
            made: engine
        ) {
            _ = try await fixture.eventually {
                let pending: Int = try await fixture.database.pool.query(
                    "SELECT count(*) AS n FROM deliveries WHERE state = 'pending'"
                )[0].get("n")
                return pending == 0 ? true : nil
            }
            // No case keeps its slot, or its place in memory.
            let running = try #require(engine.withLock { $0 })
            let schedule = running.state.withLock { $0.schedule }
            #expect(schedule.inFlight == 0 && schedule.isEmpty)
        }

        #expect(ContinuousClock.now - started < .seconds(30))
        for (index, hostile) in cases.enumerated() {
            let log = try await AttemptLog(of: endpoints[index], fixture)
            check(hostile, log)
            // What the receiver noted and what we noted are the same, down to the bytes.
            let wire = servers[index].received
            #expect(wire.count == (hostile.isRead ? log.requestsSent : 0), "\(hostile.name)")
            #expect(
                wire.allSatisfy { $0.header("webhook-id") == log.messageId && Data($0.body) == log.payload },
                "\(hostile.name)"
            )
        }
    }

    private func check(_ hostile: HostileCase, _ log: AttemptLog) {
        let words: (outcome: String, status: Int?, detail: String?)
        var isAcceptedAtOnce = false
        switch hostile.expected {
        case .delivered(let status):
            words = ("delivered", status, nil)
            isAcceptedAtOnce = true
        case .refused(let status): words = ("rejected", status, AttemptFailure.status.rawValue)
        case .rejected(let failure): words = ("rejected", nil, failure.rawValue)
        case .unknown(let failure): words = ("unknown", nil, failure.rawValue)
        }
        let attempts = log.attempts
        #expect(attempts.map(\.number) == (isAcceptedAtOnce ? [1] : [1, 2]), "\(hostile.name)")
        for attempt in attempts {
            #expect(attempt.outcome == words.outcome, "\(hostile.name): \(attempt)")
            #expect(attempt.status == words.status, "\(hostile.name): \(attempt)")
            #expect(
                attempt.problem?.detail.prefix { $0 != ":" }.description == words.detail,
                "\(hostile.name): \(attempt)"
            )
            #expect(
                attempt.problem.map { $0.detail.contains(hostile.words) || hostile.words.isEmpty } ?? true,
                "\(hostile.name)"
            )
            #expect(attempt.durationMs < Self.attemptMs + 2000, "\(hostile.name): \(attempt.durationMs) ms")
            #expect((attempt.responseBody?.utf8.count ?? 0) <= 3 * NewAttempt.responseBodyBytesMax)
        }
        #expect(log.state == (isAcceptedAtOnce ? "delivered" : "exhausted"), "\(hostile.name)")
    }
}

import Contracts
import Foundation
import Glibc
import LoopbackSupport
import Pipeline
import Postgres
import Signatures
import Store
import TestSupport
import Testing
import Threads
import Webhooks

/// What this process commits goes out from memory, and from the table where memory is not the way.
@Suite struct HandOverTests {
    let secret = WebhookSecret.generate()

    /// Settings with which the table is looked into at the start only.
    private func rarelyLooking() -> DeliverySettings {
        var settings = EngineFixture.settings()
        settings.pollMs = 600_000
        return settings
    }

    /// Waits until the engine takes what is handed over, as the first message shows.
    private func begin(
        _ fixture: EngineFixture,
        _ endpoint: EndpointView,
        _ server: LoopbackServer
    ) async throws {
        try await fixture.enqueue(for: endpoint)
        try await expectRequests(1, at: server)
        _ = try await eventually {
            try await fixture.deliveries(of: endpoint).first { $0.state == "delivered" }
        }
    }

    @Test func `a message goes out without a look into the table, leased as it is written`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)

        try await fixture.delivering(settings: rarelyLooking()) {
            try await begin(fixture, endpoint, server)
            for _ in 0..<20 { try await fixture.enqueue(for: endpoint) }
            try await expectRequests(21, at: server)
        }

        let deliveries = try await fixture.deliveries(of: endpoint)
        #expect(deliveries.count == 21 && deliveries.allSatisfy { $0.state == "delivered" })
        #expect(server.received.count == 21)
    }

    @Test func `what is rolled back is not sent, and its place is free again`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)

        try await fixture.delivering(settings: rarelyLooking()) {
            try await begin(fixture, endpoint, server)
            // The commit is refused: a constraint is looked at only then.
            try await fixture.database.pool.execute(
                """
                ALTER TABLE deliveries ADD CONSTRAINT refused EXCLUDE USING btree (endpoint_id WITH =)
                DEFERRABLE INITIALLY DEFERRED
                """
            )
            await #expect(throws: (any Error).self) { try await fixture.enqueue(for: endpoint) }
            try await fixture.database.pool.execute("ALTER TABLE deliveries DROP CONSTRAINT refused")
            try await fixture.enqueue(for: endpoint)
            try await expectRequests(2, at: server)
        }

        #expect(server.received.count == 2)
        #expect(try await fixture.deliveries(of: endpoint).count == 2)
    }

    @Test func `what is not yet sent when the engine stops is free for another`() async throws {
        let fixture = try await EngineFixture.make()
        let turnstile = Locked(false)
        let server = try LoopbackServer.answering { _ in
            while !turnstile.withLock(\.self) { usleep(1_000) }
            return LoopbackAnswer(200)
        }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)

        try await fixture.delivering(settings: rarelyLooking()) {
            for _ in 0..<10 { try await fixture.enqueue(for: endpoint) }
            try await expectRequests(2, at: server)
            turnstile.withLock { $0 = true }
        }

        let rows = try await fixture.database.pool.query(
            "SELECT id FROM deliveries WHERE state = 'pending' AND lease_token IS NOT NULL"
        )
        #expect(rows.isEmpty)
        try await fixture.delivering { try await expectRequests(10, at: server) }
        #expect(Set(server.received.compactMap { $0.header("webhook-id") }).count == 10)
    }

    @Test func `the messages of an ordered run go one after the other, also through failures`() async throws {
        let fixture = try await EngineFixture.make()
        let failures = Locked(2)
        let server = try LoopbackServer.answering { _ in
            let fails = failures.withLock { failures in
                failures -= 1
                return failures >= 0
            }
            return LoopbackAnswer(fails ? 500 : 200)
        }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        try await fixture.database.pool.execute("UPDATE endpoints SET ordering = 'run'")
        var ids: [String] = []
        for _ in 0..<6 { ids.append(try await fixture.enqueue(for: endpoint)) }
        // As if they were about one run, in this order.
        for (place, id) in ids.enumerated() {
            try await fixture.database.pool.execute(
                "UPDATE deliveries SET ordered_run = 'run', ordered_place = \(place) WHERE message_id = \(id)"
            )
        }

        try await fixture.delivering { try await expectRequests(8, at: server) }

        let seen = server.received.compactMap { $0.header("webhook-id") }
        #expect(seen == [ids[0], ids[0]] + ids)
    }

    private func run(_ fixture: EngineFixture) -> NewRun {
        NewRun(
            tenantId: fixture.tenantId,
            workflow: .shortsV1,
            sourceAssetId: nil,
            sourceUrl: "https://media.example.com/a.mp4",
            style: StylePin(package: "p", version: 1, digest: String(repeating: "5", count: 64)),
            options: RunOptions(
                shorts: ShortsOptions(
                    maxCount: 4,
                    minDurationMs: 15_000,
                    maxDurationMs: 60_000,
                    aspectRatios: AspectRatio.allCases,
                    keywords: [],
                    excludeRangesMs: []
                ),
                review: .none,
                language: nil,
                providers: ProviderChoice()
            )
        )
    }

    @Test func `what tells of an accepted run goes out from memory too, with the bytes of the outbox`()
        async throws
    {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        let ordered = try await fixture.endpoint(server.url + "/ordered", secret: secret)
        try await fixture.database.pool.execute(
            "UPDATE endpoints SET ordering = 'run' WHERE id = \(ordered.id)"
        )

        try await fixture.delivering(settings: rarelyLooking()) {
            try await begin(fixture, endpoint, server)
            _ = try await fixture.store.acceptRun(run(fixture), claim: nil)
            try await expectRequests(2, at: server)
        }

        let request = try #require(server.received.last)
        let id = try #require(request.header("webhook-id"))
        let message = try await fixture.store.message(tenantId: fixture.tenantId, id: id)
        #expect(message?.eventType == "run.started")
        #expect(message?.payload == String(decoding: request.body, as: UTF8.self))
        let rows = try await fixture.database.pool.query(
            """
            SELECT lease_token IS NULL AS is_free
            FROM deliveries
            WHERE endpoint_id = \(ordered.id) AND ordered_run IS NOT NULL
            """
        )
        #expect(try rows.map { try $0.get("is_free", as: Bool.self) } == [true])
    }
}

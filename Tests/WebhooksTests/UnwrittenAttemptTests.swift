import Contracts
import LoopbackSupport
import Postgres
import Signatures
import Store
import TestSupport
import Testing
import Webhooks

/// Attempts that are made while the database takes no record of them.
@Suite struct UnwrittenAttemptTests {
    let secret = WebhookSecret.generate()

    /// Settings with which an attempt is written down, or tried to be, very often.
    private func settings() -> DeliverySettings {
        var settings = EngineFixture.settings(delaysMs: [600_000])
        settings.recordPauseMs = 2
        return settings
    }

    @Test func `an attempt is written down once the database is back, and not made again`() async throws {
        let fixture = try await EngineFixture.make()
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        let endpoint = try await fixture.endpoint(server.url, secret: secret)
        try await refuseRecords(fixture)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: settings()) {
            try await expectRequests(1, at: server)
            try await expectTries(20, fixture)
            try await fixture.database.pool.execute("DELETE FROM refusing")
            _ = try await eventually {
                try await fixture.deliveries(of: endpoint).first { $0.state == "delivered" }
            }
        }

        let delivery = try #require(try await fixture.deliveries(of: endpoint).first)
        #expect(delivery.attempts.map(\.status) == [200])
        #expect(server.received.count == 1)
        #expect(!fixture.logs.text.contains("it will be made again"))
    }

    @Test func `an endpoint that is gone gets nothing more while that cannot be written down`() async throws {
        let fixture = try await EngineFixture.make()
        let gone = try LoopbackServer.answering { _ in LoopbackAnswer(410) }
        defer { gone.stop() }
        let endpoint = try await fixture.endpoint(gone.url, secret: secret)
        try await refuseRecords(fixture)
        try await fixture.enqueue(for: endpoint)

        try await fixture.delivering(settings: settings()) {
            try await expectTries(1, fixture)
            for _ in 0..<5 { try await fixture.enqueue(for: endpoint) }
            try await expectTries(50, fixture)
            #expect(gone.received.count == 1)
            try await fixture.database.pool.execute("DELETE FROM refusing")
            _ = try await eventually {
                try await fixture.store.endpoint(tenantId: fixture.tenantId, id: endpoint.id)
                    .flatMap { $0.isEnabled ? nil : true }
            }
        }

        #expect(gone.received.count == 1)
        let states = try await fixture.deliveries(of: endpoint).map(\.state)
        #expect(states.count { $0 == "exhausted" } == 1 && states.count { $0 == "pending" } == 5)
    }

    /// Lets no attempt be written down while there is a row in `refusing`, as when the database goes away.
    private func refuseRecords(_ fixture: EngineFixture) async throws {
        let pool = fixture.database.pool
        try await pool.execute("CREATE TABLE refusing AS SELECT 1 AS n")
        try await pool.execute("CREATE SEQUENCE tries")
        try await pool.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM refusing) THEN
                    PERFORM nextval('tries');
                    RAISE EXCEPTION 'away' USING ERRCODE = '57P01';
                END IF;
                RETURN NEW;
            END
            $$
            """
        )
        try await pool.execute(
            "CREATE TRIGGER refused BEFORE INSERT ON delivery_attempts FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    }

    private func expectTries(_ count: Int, _ fixture: EngineFixture) async throws {
        let made = try await eventually {
            let rows = try await fixture.database.pool.query(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM tries"
            )
            let made: Int = try rows[0].get("n")
            return made >= count ? made : nil
        }
        #expect(made >= count)
    }
}

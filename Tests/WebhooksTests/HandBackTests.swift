import Contracts
import LoopbackSupport
import Postgres
import Signatures
import Store
import TestSupport
import Testing
import Webhooks

/// What the engine gives back to the table.
@Suite struct HandBackTests {
    let secret = WebhookSecret.generate()

    @Test func `a hand-back that Postgres takes its time with holds up nobody`() async throws {
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
        var settings = EngineFixture.settings(delaysMs: [600_000], attemptMs: 1_500)
        settings.pollMs = 600_000
        try await holdHandBacks(fixture)

        try await fixture.delivering(settings: settings) {
            try await fixture.enqueue(for: quick)
            try await expectRequests(1, at: healthy)
            // Two are attempted; the others are given up when these run out of time.
            for _ in 0..<10 { try await fixture.enqueue(for: slow) }
            _ = try await eventually { try await heldHandBacks(fixture) > 0 ? true : nil }
            for _ in 0..<5 { try await fixture.enqueue(for: quick) }
            try await expectRequests(6, at: healthy)
            #expect(try await heldHandBacks(fixture) > 0)
            try await fixture.database.pool.execute("DELETE FROM holding")
        }

        let leased = try await fixture.database.pool.query(
            "SELECT id FROM deliveries WHERE state = 'pending' AND lease_token IS NOT NULL"
        )
        #expect(leased.isEmpty)
    }

    /// Lets each statement that gives deliveries back wait as long as there is a row in `holding`.
    private func holdHandBacks(_ fixture: EngineFixture) async throws {
        let pool = fixture.database.pool
        try await pool.execute("CREATE TABLE holding AS SELECT 1 AS n")
        try await pool.execute(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                WHILE NEW.lease_token IS NULL AND OLD.lease_token IS NOT NULL AND NEW.attempts = OLD.attempts
                    AND EXISTS (SELECT 1 FROM holding) LOOP
                    PERFORM pg_sleep(0.01);
                END LOOP;
                RETURN NEW;
            END
            $$
            """
        )
        try await pool.execute(
            "CREATE TRIGGER held BEFORE UPDATE ON deliveries FOR EACH ROW EXECUTE FUNCTION hold()"
        )
    }

    private func heldHandBacks(_ fixture: EngineFixture) async throws -> Int {
        let rows = try await fixture.database.pool.query(
            """
            SELECT count(*) AS n
            FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'PgSleep'
            """
        )
        return try rows[0].get("n")
    }
}

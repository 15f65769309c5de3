import Contracts
import Foundation
import Postgres
import Store
import TestSupport
import Testing

@Suite struct PartitionTests {
    private static let day = 86_400.0

    private func days(_ fixture: Fixture, _ table: String) async throws -> Int {
        try await fixture.database.pool.query(
            """
            SELECT count(*) AS count
            FROM pg_inherits i
            JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = to_regclass(\(table)) AND c.relname ~ '_[0-9]{8}$'
            """
        )[0].get("count")
    }

    @Test func `days are made ahead once, and dropped when their time is over`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let first = try await fixture.store.keepPartitions(RetentionPolicy())
        #expect(first == PartitionReport())
        let later = Date().addingTimeInterval(Self.day)

        let made = try await fixture.store.keepPartitions(RetentionPolicy(), now: later)
        #expect(made.made == 4 && made.dropped == 0)
        #expect(try await fixture.store.keepPartitions(RetentionPolicy(), now: later) == PartitionReport())
        let before = try await days(fixture, "events")
        let muchLater = Date().addingTimeInterval(100 * Self.day)
        let report = try await fixture.store.keepPartitions(RetentionPolicy(), now: muchLater)

        // All of the old days but none of the four new ones.
        #expect(report.made == 16 && report.dropped == 4 * before)
        #expect(try await days(fixture, "events") == 4)
        #expect(try await fixture.eventTypes(id).isEmpty)
    }

    @Test func `rows of a day without a table get one, and go with it`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        try await fixture.database.pool.execute(
            """
            INSERT INTO events (id, run_id, type, created_at)
            SELECT 'evt_gap' || n, \(id), 'gap', now() - n * interval '10 days'
            FROM generate_series(1, 12) AS days (n)
            """
        )

        let report = try await fixture.store.keepPartitions(RetentionPolicy())

        #expect(report.moved == 9 && report.held == 0)
        let left = try await fixture.database.pool.query("SELECT 1 AS one FROM events_default")
        #expect(left.isEmpty)
        #expect(try await fixture.eventTypes(id).count { $0 == "gap" } == 9)
        #expect(try await fixture.store.keepPartitions(RetentionPolicy()) == PartitionReport())
        #expect(try await fixture.startRun().isEmpty == false)
    }

    @Test func `too many rows to move are told, and go when all are over`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        try await fixture.database.pool.execute(
            """
            INSERT INTO events (id, run_id, type, created_at)
            SELECT 'evt_gap' || n, \(id), 'gap', now() - interval '10 days'
            FROM generate_series(1, \(Store.healedRowsMax + 1)) AS rows (n)
            """
        )

        #expect(try await fixture.store.keepPartitions(RetentionPolicy()).held == Store.healedRowsMax + 1)
        let later = Date().addingTimeInterval(81 * Self.day)
        let report = try await fixture.store.keepPartitions(RetentionPolicy(), now: later)
        #expect(report.held == 0 && report.moved == 0)
        #expect(try await fixture.database.pool.query("SELECT 1 AS one FROM events_default").isEmpty)
    }

    @Test func `a day whose rows are too many to move stops no other day and no other table`() async throws {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let later = Date().addingTimeInterval(10 * Self.day)
        try await fixture.database.pool.execute(
            """
            INSERT INTO events (id, run_id, type, created_at)
            SELECT 'evt_gap' || n, \(id), 'gap', \(later)
            FROM generate_series(1, \(Store.healedRowsMax + 1)) AS rows (n)
            """
        )

        let report = try await fixture.store.keepPartitions(RetentionPolicy(), now: later)

        // Four days of four tables but for the one.
        #expect(report.held == Store.healedRowsMax + 1 && report.failures.isEmpty)
        #expect(report.made == 15 && report.dropped > 0)
    }

    @Test func `what is wrong with one table is told and costs no other`() async throws {
        let fixture = try await Fixture.make()
        try await fixture.database.pool.execute("DROP TABLE events_default")
        let later = Date().addingTimeInterval(10 * Self.day)

        let report = try await fixture.store.keepPartitions(RetentionPolicy(), now: later)

        #expect(report.failures.count == 1 && report.failures[0].hasPrefix("events: "))
        #expect(report.made == 12)
    }

    @Test func `a writer between its run and its events, and the pass, do not wait for each other`()
        async throws
    {
        let fixture = try await Fixture.make()
        let id = try await fixture.startRun()
        let store = fixture.store
        let (written, writing) = AsyncStream.makeStream(of: Void.self)
        let later = Date().addingTimeInterval(Self.day)

        async let writer = fixture.database.pool.transaction { transaction in
            try transaction.query("SELECT 1 AS one FROM runs WHERE id = \(id) FOR NO KEY UPDATE")
            try transaction.execute(
                "INSERT INTO events (id, run_id, type) VALUES ('evt_x', \(id), 'between')"
            )
            writing.finish()
            let deadline = ContinuousClock.now.advanced(by: .seconds(20))
            let waiting: SQL = """
                SELECT 1 AS one
                FROM pg_locks
                WHERE NOT granted AND relation IN ('runs'::regclass, 'events'::regclass)
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """
            while try transaction.query(waiting).isEmpty {
                guard ContinuousClock.now < deadline else { throw FixtureError.unexpected }
            }
            return try transaction.execute("UPDATE runs SET state = state WHERE id = \(id)")
        }
        for await _ in written {}
        let report = try await store.keepPartitions(RetentionPolicy(), now: later, lockMilliseconds: 20_000)

        #expect(try await writer == 1)
        #expect(report.made == 4 && report.failures.isEmpty)
        #expect(try await fixture.eventTypes(id).contains("between"))
    }
}

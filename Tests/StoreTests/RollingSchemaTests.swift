import Foundation
import Postgres
import TestSupport
import Testing

@testable import Store

/// Gateways of several versions beside each other on one database.
@Suite struct RollingSchemaTests {
    private static let newest = Migration.newestVersion

    private static func step(_ number: Int, _ sql: String) -> Migration {
        Migration(name: "V\(number)_later", sql: sql)
    }

    private func migrator(_ pool: PostgresPool, adding steps: [Migration] = []) -> Migrator {
        Migrator(
            pool: pool,
            migrations: Migration.embedded + steps,
            lockMilliseconds: 50,
            attemptsMax: 3,
            pause: .milliseconds(10)
        )
    }

    @Test func `an older gateway goes on beside a newer step that says so, and starts on it`() async throws {
        let fixture = try await Fixture.make()
        let runId = try await fixture.startRun()
        let added = Self.step(
            9_000,
            "-- compatible_from: \(Self.newest)\nALTER TABLE runs ADD COLUMN mood text"
        )

        try await migrator(fixture.database.pool, adding: [added]).run()

        // The same process, whose statements were prepared before the step, and one that starts after it.
        let claimed = try await fixture.claimOne()
        #expect(claimed.run.id == runId)
        #expect(try await fixture.store.completeJob(claimed.lease, artifacts: []))
        let started = Store(pool: fixture.database.pool, links: TestLinks.minter)
        try await started.migrate()
        try await started.checkSchema()
        #expect(try await started.run(tenantId: fixture.tenantId, id: runId) != nil)
    }

    @Test func `an older gateway refuses a newer step that does not name it`() async throws {
        let database = try await TestDatabase.make()
        let silent = Self.step(9_000, "ALTER TABLE runs ADD COLUMN mood text")
        let demanding = Self.step(9_001, "-- compatible_from: 9000\nALTER TABLE runs ADD COLUMN taste text")
        let store = Store(pool: database.pool, links: TestLinks.minter)

        try await migrator(database.pool, adding: [silent]).run()
        await #expect(throws: MigrationError.newerDatabase("V9000_later")) { try await store.migrate() }
        await #expect(throws: MigrationError.newerDatabase("V9000_later")) { try await store.checkSchema() }

        try await migrator(database.pool, adding: [silent, demanding]).run()
        try await migrator(database.pool, adding: [silent]).run()
    }

    @Test func `a gateway that is not to migrate refuses a database that lacks steps`() async throws {
        let empty = try await TestDatabase.makeEmpty()
        let database = try await TestDatabase.make()
        let added = Self.step(9_000, "SELECT 1")

        await #expect(throws: MigrationError.missing("V0001_records", database: 0)) {
            try await Store(pool: empty.pool, links: TestLinks.minter).checkSchema()
        }
        await #expect(throws: MigrationError.missing("V9000_later", database: Self.newest)) {
            try await migrator(database.pool, adding: [added]).check()
        }
        try await Store(pool: database.pool, links: TestLinks.minter).checkSchema()
    }

    @Test func `a step that cannot get its lock gives up for the others, and comes back for it`() async throws
    {
        let database = try await TestDatabase.make()
        let added = Self.step(9_000, "ALTER TABLE tenants ADD COLUMN mood text")
        let pool = database.pool
        let holder = Task {
            // Held until the test cancels it.
            try await pool.query("SELECT pg_sleep(9), (SELECT count(*) FROM tenants) AS held")
        }
        let held: SQL = """
            SELECT 1 FROM pg_locks
            WHERE relation = 'tenants'::regclass AND granted AND mode = 'AccessShareLock' AND pid <> pg_backend_pid()
            """
        while try await pool.query(held).isEmpty { await Task.yield() }

        await #expect(throws: MigrationError.locked("V9000_later")) {
            try await Migrator(
                pool: pool,
                migrations: Migration.embedded + [added],
                lockMilliseconds: 5,
                attemptsMax: 1
            ).run()
        }
        holder.cancel()
        _ = await holder.result

        try await migrator(pool, adding: [added]).run()
        try await migrator(pool, adding: [added]).check()
    }

    @Test func `a migration that is cut off leaves nothing, and is done by the next`() async throws {
        let database = try await TestDatabase.make()
        let doomed = Self.step(
            9_000,
            "CREATE TABLE half (id bigint); SELECT pg_terminate_backend(pg_backend_pid())"
        )
        let whole = Self.step(9_000, "CREATE TABLE half (id bigint)")

        await #expect(throws: PostgresError.self) {
            try await migrator(database.pool, adding: [doomed]).run()
        }
        #expect(
            try await database.pool.query("SELECT to_regclass('half') IS NULL AS gone")[0].get(
                "gone",
                as: Bool.self
            )
        )

        try await migrator(database.pool, adding: [whole]).run()
        #expect(try await database.pool.query("SELECT id FROM half").isEmpty)
    }

    @Test func `a history of before the marks is taken over`() async throws {
        let database = try await TestDatabase.make()
        try await database.pool.execute("ALTER TABLE schema_migrations DROP COLUMN compatible_from")

        let store = Store(pool: database.pool, links: TestLinks.minter)
        try await store.checkSchema()
        try await store.migrate()

        let rows = try await database.pool.query("SELECT compatible_from FROM schema_migrations")
        #expect(rows.count == Migration.embedded.count)
    }

    @Test func `a gateway that does not know deletion cannot enable a deleted endpoint`() async throws {
        let fixture = try await Fixture.make()
        let endpoint = try await fixture.addEndpoint()
        #expect(try await fixture.store.deleteEndpoint(tenantId: fixture.tenantId, id: endpoint.id))

        await #expect(throws: PostgresError.self) {
            try await fixture.database.pool.execute(
                "UPDATE endpoints SET state = 'enabled', disabled_reason = NULL WHERE id = \(endpoint.id)"
            )
        }
    }

    @Test func `a deleted endpoint that such a gateway has enabled is paused by the step`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let before = Migration.embedded.filter { $0.version < 45 }
        try await Migrator(pool: database.pool, migrations: before).run()
        try await database.pool.execute("INSERT INTO tenants (id, name) VALUES ('ten_1', 'acme')")
        for (id, state) in [("end_1", "enabled"), ("end_2", "disabled"), ("end_3", "paused")] {
            try await database.pool.execute(
                """
                INSERT INTO endpoints (id, tenant_id, url, event_types, secret, state, disabled_reason, deleted_at)
                VALUES (\(id), 'ten_1', 'https://a.test', '{}', 'whsec_x', \(state),
                    CASE WHEN \(state) = 'disabled' THEN 'why' END, now())
                """
            )
        }

        try await Store(pool: database.pool, links: TestLinks.minter).migrate()

        let rows = try await database.pool.query("SELECT state FROM endpoints ORDER BY id")
        #expect(try rows.map { try $0.get("state", as: String.self) } == ["paused", "paused", "paused"])
    }
}

import Foundation
import Pipeline
import Postgres
import TestSupport
import Testing

@testable import Store

@Suite struct MigrationTests {
    @Test func `several processes may migrate at once, and again`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let stores = (0..<4).map { _ in
            Store(pool: PostgresPool(database.connectionString), links: TestLinks.minter)
        }

        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores { group.addTask { try await store.migrate() } }
            try await group.waitForAll()
        }
        try await stores[0].migrate()

        let rows = try await database.pool.query("SELECT count(*) AS n FROM schema_migrations")
        #expect(try rows[0].get("n", as: Int.self) >= 3)
    }

    @Test func `each file of a step is one of the steps`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Store/Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        #expect(files.map { $0.replacing(".sql", with: "") }.sorted() == Migration.embedded.map(\.name))
    }

    @Test func `a database whose history is not the start of ours is refused`() async throws {
        let database = try await TestDatabase.make()
        let store = Store(pool: database.pool, links: TestLinks.minter)

        try await database.pool.execute("UPDATE schema_migrations SET checksum = 'x' WHERE version = 2")
        await #expect(throws: MigrationError.edited("V0002_webhooks")) { try await store.migrate() }

        try await database.pool.execute("UPDATE schema_migrations SET name = 'V0002_other' WHERE version = 2")
        await #expect(throws: MigrationError.otherHistory(expected: "V0002_webhooks", found: "V0002_other")) {
            try await store.migrate()
        }
    }

    @Test func `a database of a later version is refused`() async throws {
        let database = try await TestDatabase.make()
        try await database.pool.execute(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'V9999_later', 'x')"
        )

        await #expect(throws: MigrationError.newerDatabase("V9999_later")) {
            try await Store(pool: database.pool, links: TestLinks.minter).migrate()
        }
    }
}

import Foundation
package import Postgres
import Store
import Threads

/// A fresh database of one test, with all migrations applied; it goes with the value or with the server.
package final class TestDatabase: Sendable {
    /// A pool of a few sessions on the database.
    package let pool: PostgresPool
    /// Libpq string, for a pool or a process of the test's own.
    package let connectionString: String
    private let name: String
    private let admin: PostgresPool
    private let dropsAtEnd: Bool

    private static let template = Locked<Task<String, any Error>?>(nil)
    private static let connectionsMax = 6

    /// Copies the template database, made by the first caller in the process.
    package static func make() async throws -> TestDatabase {
        let server = try await TestCluster.shared.server()
        let task = template.withLock { task in
            let running = task ?? Task { try await makeTemplate(server) }
            task = running
            return running
        }
        return try await make(server, from: try await task.value)
    }

    /// A database with nothing in it.
    package static func makeEmpty() async throws -> TestDatabase {
        try await make(try await TestCluster.shared.server(), from: "template0")
    }

    private static func make(_ server: TestCluster.Server, from template: String) async throws -> TestDatabase
    {
        let name = freshName("test")
        try await server.admin.execute(
            "CREATE DATABASE \(unescaped: name) TEMPLATE \(unescaped: template) STRATEGY WAL_LOG"
        )
        return TestDatabase(server, name: name)
    }

    private init(_ server: TestCluster.Server, name: String) {
        self.name = name
        admin = server.admin
        dropsAtEnd = !server.isOurs
        connectionString = server.connectionString(name)
        var settings = PostgresSettings()
        settings.connectionsMax = Self.connectionsMax
        pool = PostgresPool(connectionString, settings: settings)
    }

    deinit {
        pool.close()
        // A cluster of our own is thrown away with the process; dropping one by one would only cost time.
        guard dropsAtEnd else { return }
        let (admin, name) = (admin, name)
        Task { try? await admin.execute("DROP DATABASE \(unescaped: name) WITH (FORCE)") }
    }

    private static func makeTemplate(_ server: TestCluster.Server) async throws -> String {
        let name = freshName("template")
        try await server.admin.execute("CREATE DATABASE \(unescaped: name) TEMPLATE template0")
        let pool = PostgresPool(server.connectionString(name))
        try await Store(pool: pool, links: TestLinks.minter).migrate()
        pool.close()
        return name
    }

    private static func freshName(_ prefix: String) -> String {
        "\(prefix)_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
    }
}

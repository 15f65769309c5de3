import Foundation
import Glibc
import Postgres
import Threads

/// The one Postgres server of a test process, started when the first test asks for it.
///
/// `REELGATE_TEST_DATABASE_URL` names a server to use instead; its role must be able to create databases.
final class TestCluster: Sendable {
    static let shared = TestCluster()

    private static let folderPrefix = "reelgate-test-"
    private let start: Locked<Task<Server, any Error>?> = Locked(nil)

    struct Server: Sendable {
        /// Libpq string of a database, by its name.
        let connectionString: @Sendable (_ database: String) -> String
        /// One session for `CREATE DATABASE`, which must not run side by side from one template.
        let admin: PostgresPool
        /// Thrown away at the end of the process.
        let isOurs: Bool
    }

    /// The server, up.
    func server() async throws -> Server {
        let task = start.withLock { task in
            let running = task ?? Task { try await Self.launch() }
            task = running
            return running
        }
        return try await task.value
    }

    private static func launch() async throws -> Server {
        if let url = ProcessInfo.processInfo.environment["REELGATE_TEST_DATABASE_URL"] {
            guard let parts = URLComponents(string: url) else { throw TestDatabaseError.malformedURL }
            return Server(
                connectionString: { database in
                    var chosen = parts
                    chosen.path = "/\(database)"
                    return chosen.string ?? url
                },
                admin: admin(url),
                isOurs: false
            )
        }
        sweep()
        let folder = "/tmp/\(folderPrefix)\(getpid())"
        var settings = ClusterSettings()
        settings.isDurable = false
        settings.diesWithProcess = true
        settings.connectionsMax = 400
        let cluster = try await PrivateCluster.start(dataDirectory: folder, settings: settings)
        leftover.withLock { $0 = (cluster, folder) }
        atexit { TestCluster.cleanUp() }
        return Server(
            connectionString: { cluster.connectionString(database: $0) },
            admin: admin(cluster.connectionString(database: "postgres")),
            isOurs: true
        )
    }

    private static func admin(_ connectionString: String) -> PostgresPool {
        var settings = PostgresSettings()
        settings.connectionsMax = 1
        settings.statementMilliseconds = 60_000
        return PostgresPool(connectionString, settings: settings)
    }

    private static let leftover = Locked<(cluster: PrivateCluster, folder: String)?>(nil)

    private static func cleanUp() {
        guard let (cluster, folder) = leftover.withLock({ $0 }) else { return }
        cluster.stopNow()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Removes the folders of test processes that were killed; their servers died with them.
    private static func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names where name.hasPrefix(folderPrefix) {
            guard let id = pid_t(name.dropFirst(folderPrefix.count)), kill(id, 0) != 0, errno == ESRCH else {
                continue
            }
            try? FileManager.default.removeItem(atPath: "/tmp/\(name)")
        }
    }
}

/// Why no database could be given to a test.
enum TestDatabaseError: Error {
    case malformedURL
    case noProxy
}

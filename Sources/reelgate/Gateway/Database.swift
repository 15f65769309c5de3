import Foundation
import Logging
import Postgres

/// The gateway's Postgres: the one that a setting names, or a private one in the data folder.
struct Database: Sendable {
    let pool: PostgresPool
    private let cluster: PrivateCluster?

    /// Nobody else can be at work on this database: what is leased belongs to processes that are gone.
    var isSole: Bool { cluster?.isOwner ?? false }

    /// Starts the private cluster where no URL is set, and opens the pool.
    static func open(settings: Settings, dataDirectory: String, logger: Logger) async throws -> Database {
        var limits = PostgresSettings()
        limits.connectionsMax = try settings.integer(.databaseConnections, in: 1...64)
        if let url = settings[.databaseURL] {
            return Database(pool: PostgresPool(url, settings: limits), cluster: nil)
        }
        logger.info("starting the private Postgres", metadata: ["folder": "\(dataDirectory)"])
        let cluster = try await PrivateCluster.start(dataDirectory: dataDirectory)
        return Database(pool: PostgresPool(cluster.connectionString, settings: limits), cluster: cluster)
    }

    /// Starts the private cluster again when its server is gone; true when it had to be started.
    func revive() async throws -> Bool { try await cluster?.revive() ?? false }

    /// Closes the pool, then stops the private cluster.
    func close() async {
        pool.close()
        await cluster?.stop()
    }
}

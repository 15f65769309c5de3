import Foundation
import Logging
import Postgres

/// The gateway's Postgres: the one that a setting names, or a private one in the data folder.
struct Database: Sendable {
    let pool: PostgresPool
    /// Libpq string, for a session beside the pool.
    let connectionString: String
    /// How long the gateway goes on without it.
    let outageSecondsMax: Int
    private let cluster: PrivateCluster?

    private static let waitPause = Duration.milliseconds(500)

    /// Nobody else can be at work on this database: what is leased belongs to processes that are gone.
    var isSole: Bool { cluster?.isOwner ?? false }

    /// Starts the private cluster where no URL is set, and opens the pool.
    static func open(settings: Settings, dataDirectory: String, logger: Logger) async throws -> Database {
        if let url = settings[.databaseURL] {
            return try Database(url, cluster: nil, settings: settings, logger: logger)
        }
        logger.info("starting the private Postgres", metadata: ["folder": "\(dataDirectory)"])
        let cluster = try await PrivateCluster.start(dataDirectory: dataDirectory)
        return try Database(cluster.connectionString, cluster: cluster, settings: settings, logger: logger)
    }

    private init(
        _ connectionString: String,
        cluster: PrivateCluster?,
        settings: Settings,
        logger: Logger
    ) throws {
        var limits = PostgresSettings()
        limits.connectionsMax = try settings.integer(.databaseConnections, in: 1...64)
        outageSecondsMax = try settings.integer(.databaseOutageSeconds, in: 1...86_400)
        self.connectionString = connectionString
        self.cluster = cluster
        // The only two lines about an outage: whoever meets it keeps silent.
        pool = PostgresPool(connectionString, settings: limits) { news in
            switch news {
            case .lost(let reason):
                logger.error(
                    "Postgres is away: work pauses, and what needs it is answered 503",
                    metadata: ["error": "\(reason)"]
                )
            case .regained(let milliseconds):
                logger.notice("Postgres is back", metadata: ["away_ms": "\(milliseconds)"])
            }
        }
    }

    /// Waits for a server that does not answer yet, as when both are started together.
    func waitUntilThere(logger: Logger) async throws {
        let end = ContinuousClock.now + .seconds(outageSecondsMax)
        var isTold = false
        while try await !pool.isAnswering() {
            guard ContinuousClock.now < end else { throw Outage(seconds: outageSecondsMax) }
            if !isTold { logger.warning("waiting for Postgres, which does not answer") }
            isTold = true
            try await Task.sleep(for: Self.waitPause)
        }
    }

    /// Starts the private cluster again when its server is gone; true when it had to be started.
    func revive() async throws -> Bool { try await cluster?.revive() ?? false }

    /// Throws when the server has been away for longer than the gateway is to wait.
    func checkOutage() throws {
        guard let away = pool.awayFor, away > .seconds(outageSecondsMax) else { return }
        throw Outage(seconds: outageSecondsMax)
    }

    /// Closes the pool, then stops the private cluster.
    func close() async {
        pool.close()
        await cluster?.stop()
    }
}

/// Postgres has been away for too long.
struct Outage: Error, CustomStringConvertible {
    let seconds: Int

    var description: String {
        "Postgres has been away for \(seconds) s, the limit of \(Setting.databaseOutageSeconds.name)"
    }
}

import Foundation
import Glibc
import Threads

/// A Postgres server of our own in a data folder, reached by a Unix socket only.
///
/// A server that a killed process left behind is adopted. When another process runs the same folder already, this
/// one uses that server too and leaves it running, and takes it over when that process ends.
package final class PrivateCluster: Sendable {
    /// The libpq string of the database `reelgate` in this cluster.
    package let connectionString: String
    private let folder: ClusterFolder
    private let binaries: ServerBinaries
    private let lock: Locked<ClusterLock?>
    private let child: ServerProcess?
    private let startup: ClusterStartup
    private let thread = ThreadPool(name: "postgres-cluster", threadCount: 1)

    static let userName = "reelgate"
    private static let stopSeconds = 30

    /// Whether this machine has a Postgres server of a version that we can run.
    package static var isInstalled: Bool { (try? ServerBinaries.find()) != nil }

    /// Starts the cluster of `dataDirectory`, made first when there is none.
    package static func start(
        dataDirectory: String,
        settings: ClusterSettings = ClusterSettings()
    ) async throws -> PrivateCluster {
        let thread = ThreadPool(name: "postgres-cluster-start", threadCount: 1)
        defer { thread.shutdown() }
        return try await thread.run { try PrivateCluster(starting: dataDirectory, settings: settings) }
    }

    /// The libpq string of another database in this cluster.
    package func connectionString(database: String) -> String {
        Self.connectionString(folder, database: database)
    }

    /// Whether this process owns the cluster, and with it the data folder.
    package var isOwner: Bool { lock.withLock { $0 != nil } }

    /// Starts the server again when it is gone, as after a kill; true when it had to be started.
    ///
    /// A server that lives but does not answer is left alone: it may be busy or replaying its log.
    package func revive() async throws -> Bool {
        guard child == nil else { return false }
        return try await thread.run { try self.reviveNow() }
    }

    private func reviveNow() throws -> Bool {
        guard startup.isServerGone() else { return false }
        if !isOwner {
            guard let taken = try ClusterLock.acquire(Self.lockPath(folder)) else { return false }
            lock.withLock { $0 = taken }
        }
        _ = try startup.run()
        return true
    }

    /// Ends the server as a crash would, without a last checkpoint: for drills and tests.
    package func crash() async throws {
        _ = try await thread.run {
            try self.pgCtl(["-m", "immediate", "-w", "-t", String(Self.stopSeconds), "stop"]).run()
        }
    }

    /// Ends the server, unless another process owns it.
    ///
    /// Running statements are ended, commits are kept.
    package func stop() async {
        _ = try? await thread.run { self.stopNow() }
        thread.shutdown()
    }

    /// `stop` for a place that cannot wait, such as the end of a process (blocks).
    package func stopNow() {
        guard let lock = lock.withLock(\.self) else { return }
        if let child { child.interrupt() }
        // A server that cannot be stopped now is found and adopted by the next start.
        _ = try? pgCtl(["-m", "fast", "-w", "-t", String(Self.stopSeconds), "stop"]).run()
        lock.release()
    }

    private init(starting dataDirectory: String, settings: ClusterSettings) throws {
        let user = try ServerUser.current()
        folder = try ClusterFolder.prepare(dataDirectory: dataDirectory, user: user)
        connectionString = Self.connectionString(folder, database: Self.userName)
        let taken = try ClusterLock.acquire(Self.lockPath(folder))
        lock = Locked(taken)
        guard taken != nil else {
            try Self.waitForOwner(connectionString)
            binaries = try Self.makeCluster(folder)
            startup = ClusterStartup(folder: folder, binaries: binaries, settings: settings)
            child = nil
            return
        }
        binaries = try Self.makeCluster(folder)
        startup = ClusterStartup(folder: folder, binaries: binaries, settings: settings)
        child = try startup.run()
        try Self.makeDatabase(folder)
    }

    private static func lockPath(_ folder: ClusterFolder) -> String { "\(folder.home)/owner.lock" }

    private func pgCtl(_ arguments: [String]) -> ServerCommand {
        ServerCommand(binaries.program("pg_ctl"), ["-D", folder.data] + arguments)
    }

    private static func connectionString(_ folder: ClusterFolder, database: String) -> String {
        let host = folder.socketFolder.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
        return "host='\(host)' port=5432 user=\(userName) dbname=\(database)"
    }

    /// Runs `initdb` into a folder beside, so that one that was cut short is never taken for a cluster.
    private static func makeCluster(_ folder: ClusterFolder) throws -> ServerBinaries {
        let versionFile = "\(folder.data)/PG_VERSION"
        if let text = try? String(contentsOfFile: versionFile, encoding: .utf8) {
            let version = Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
            return try ServerBinaries.find(majorVersion: version)
        }
        guard !FileManager.default.fileExists(atPath: folder.data) else {
            throw PostgresError.cluster("'\(folder.data)' is no Postgres cluster and is not empty")
        }
        let binaries = try ServerBinaries.find()
        let staging = "\(folder.home)/data.initializing"
        if FileManager.default.fileExists(atPath: staging) {
            try FileManager.default.removeItem(atPath: staging)
        }
        let arguments = [
            "-D", staging, "-U", userName, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--data-checksums",
        ]
        try ServerCommand(binaries.program("initdb"), arguments).runOrThrow()
        try FileManager.default.moveItem(atPath: staging, toPath: folder.data)
        return binaries
    }

    private static func makeDatabase(_ folder: ClusterFolder) throws {
        let maintenance = try connect(connectionString(folder, database: "postgres"))
        let known =
            try maintenance.execute("SELECT 1 FROM pg_database WHERE datname = \(userName)").rowCount > 0
        if !known { try maintenance.run(script: "CREATE DATABASE \(userName)") }
    }

    private static func waitForOwner(_ connectionString: String) throws {
        var error: PostgresError?
        for _ in 0..<(ClusterStartup.startSeconds * 10) {
            do {
                _ = try connect(connectionString)
                return
            } catch let failure as PostgresError {
                error = failure
            }
            usleep(100_000)
        }
        throw error ?? PostgresError.cluster("the process that owns the cluster does not start it")
    }

    private static func connect(_ connectionString: String) throws -> Connection {
        var settings = PostgresSettings()
        settings.statementMilliseconds = 0
        return try Connection(connectionString, settings: settings)
    }
}

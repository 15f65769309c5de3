import Contracts
import Foundation
import Glibc
import LoopbackSupport
import OutboundHTTP
import Postgres
import Signatures
import StudioSupport
import TestSupport
import Threads

/// Gateways in processes of their own on one real Postgres, with a stand-in worker and a stand-in subscriber.
final class Rig: Sendable {
    /// Short, so that what a dead gateway held is taken over soon.
    static let leaseSeconds = 2
    private static let folderPrefix = "reelgate-crash-"

    let pool: PostgresPool
    let connectionString: String
    let worker: StandInWorker
    let subscriber: Subscriber
    let gateways: [GatewayProcess]
    let client: TestClient
    let folder: String
    private let sources: LoopbackServer
    private let http: HTTPClient
    private let sourceDelayMs = Locked(0)
    private let database: TestDatabase?

    /// A rig on a fresh database of the test's own cluster.
    static func make(
        gateways: Int = 1,
        treat: @escaping @Sendable (ProviderTask) -> StandInWorker.Treatment = { _ in
            StandInWorker.Treatment()
        }
    ) async throws -> Rig {
        let database = try await TestDatabase.make()
        return try await Rig(
            pool: database.pool,
            connectionString: database.connectionString,
            database: database,
            gateways: gateways,
            treat: treat
        )
    }

    /// `treat` tells how the worker does a task.
    init(
        pool: PostgresPool,
        connectionString: String,
        database: TestDatabase? = nil,
        gateways count: Int,
        treat: @escaping @Sendable (ProviderTask) -> StandInWorker.Treatment
    ) async throws {
        self.pool = pool
        self.connectionString = connectionString
        self.database = database
        folder = try Self.makeFolder()
        worker = try StandInWorker(treat: treat)
        subscriber = try Subscriber()
        http = HTTPClient(policy: .allowPrivateNetworks)
        let delayMs = sourceDelayMs
        sources = try LoopbackServer.answering { request in
            usleep(UInt32(delayMs.withLock(\.self)) * 1_000)
            return LoopbackAnswer(200, body: "the film at \(request.target)")
        }
        let key = "rg_test_\(SecureRandom.token(byteCount: 24))"
        let environment = [
            "REELGATE_DATABASE_URL": connectionString, "REELGATE_DATABASE_CONNECTIONS": "5",
            "REELGATE_DATA_DIR": folder, "REELGATE_ALLOW_PRIVATE_NETWORKS": "true",
            "REELGATE_BOOTSTRAP_API_KEY": key, "REELGATE_LEASE_SECONDS": "\(Self.leaseSeconds)",
            "REELGATE_SECRET_KEY": Hex.encode(SecureRandom.bytes(count: 32)),
            "REELGATE_WORKER_URL": worker.url, "REELGATE_WORKER_SECRET": worker.secret.reveal(),
            "REELGATE_LOG_LEVEL": "debug", "REELGATE_REQUESTS_PER_SECOND": "10000",
            "REELGATE_REQUESTS_BURST": "10000",
        ]
        let folder = folder
        gateways = try (0..<count).map { index in
            GatewayProcess(
                name: "gateway-\(index)",
                folder: folder,
                port: try LoopbackServer.closedPort(),
                environment: environment
            )
        }
        client = TestClient(urls: gateways.map(\.url), key: key, http: http)
        try await StateAudit.install(pool)
    }

    deinit {
        for gateway in gateways { gateway.killNow() }
        worker.stop()
        subscriber.stop()
        sources.stop()
        http.shutdown()
        if ProcessInfo.processInfo.environment["REELGATE_KEEP_LOGS"] == nil {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// The address of a source; different names have different content.
    func source(_ name: String = "film") -> String { "\(sources.url)/\(name)" }

    /// Makes the server of the sources slow.
    func setSourceDelay(ms: Int) { sourceDelayMs.withLock { $0 = ms } }

    func runState(_ id: String) async throws -> String? {
        try await pool.query("SELECT state FROM runs WHERE id = \(id)").first?.get("state")
    }

    /// What is not at rest, as words for a person; empty when everything has ended and nobody waits for anything.
    func unfinished() async throws -> [String] {
        let rows = try await pool.query(
            """
            SELECT 'runs' AS kind, count(*) AS n FROM runs WHERE state IN ('started', 'analysis_complete')
            UNION ALL
            SELECT 'tasks', count(*) FROM tasks WHERE state IN ('minted', 'submit_unknown', 'dispatched')
            UNION ALL
            SELECT 'cancellations', count(*) FROM tasks WHERE cancel_at IS NOT NULL
            UNION ALL
            SELECT 'callbacks', count(*) FROM callbacks WHERE state = 'stored'
            UNION ALL
            SELECT 'deliveries', count(*) FROM deliveries WHERE state = 'pending'
            """
        )
        return try rows.filter { try $0.get("n", as: Int.self) > 0 }
            .map { "\(try $0.get("n", as: Int.self)) \(try $0.get("kind", as: String.self))" }
    }

    /// Waits until nothing is under way any more.
    func quiesce(seconds: Double = patienceSeconds) async throws {
        var open: [String] = []
        try await eventually("quiet, but there are \(open); see \(folder)", seconds: seconds) {
            // The database itself may be on its way up.
            open = (try? await unfinished()) ?? ["unknown"]
            return open.isEmpty && worker.tasksUnderWay == 0
        }
    }

    /// A folder that is removed when the process that made it is gone.
    static func makeFolder() throws -> String {
        sweep()
        let path = "/tmp/\(folderPrefix)\(getpid())-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Ends what a killed test process left behind, gateways and Postgres, and removes its folders.
    private static func sweep() {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: "/tmp")) ?? [] where name.hasPrefix(folderPrefix)
        {
            let owner = name.dropFirst(folderPrefix.count).split(separator: "-").first.flatMap { pid_t($0) }
            guard let owner, Glibc.kill(owner, 0) != 0, errno == ESRCH else { continue }
            let pidFiles =
                ((try? files.contentsOfDirectory(atPath: "/tmp/\(name)")) ?? [])
                .filter { $0.hasSuffix(".pid") } + ["postgres/data/postmaster.pid"]
            for file in pidFiles {
                guard let text = try? String(contentsOfFile: "/tmp/\(name)/\(file)", encoding: .utf8),
                    let id = text.split(separator: "\n").first.flatMap({ pid_t($0) }),
                    let program = try? files.destinationOfSymbolicLink(atPath: "/proc/\(id)/exe"),
                    ["reelgate", "postgres"].contains((program as NSString).lastPathComponent)
                else { continue }
                Glibc.kill(id, SIGKILL)
            }
            try? files.removeItem(atPath: "/tmp/\(name)")
        }
    }
}

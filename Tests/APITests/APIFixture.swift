import Artifacts
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OutboundHTTP
import Pipeline
import Postgres
import Providers
import ServiceLifecycle
import Signatures
import Store
import Styles
import TestSupport
import Testing
import Threads

@testable import API

/// The whole API over a fresh database and a temporary folder, with two tenants.
final class APIFixture: Sendable {
    static let linkKey = Array("a key that signs links in tests".utf8)
    static let sealingKey = SealingKey(SecureRandom.bytes(count: SealingKey.byteCount))
    static let workerSecret = WebhookSecret.generate()
    /// A worker that is not running, and a provider with one callback address.
    static let providers = ProviderRegistry(
        EmbeddedWorker(secret: workerSecret, client: HTTPClient(policy: .publicOnly)) { nil },
        [HookProvider(), SignalProvider()],
        limits: ["hosted": ProviderLimits(concurrency: 1, minutesPerDay: 60)]
    )
    static let meter = ProviderMeter()
    static let callbackSecrets = CallbackSecrets(serverSecret: Array("a secret of the test".utf8))
    static let logger = Logger(label: "api-tests") { _ in SwiftLogNoOpLogHandler() }

    let database: TestDatabase
    let store: Store
    let artifacts: LocalArtifactStore
    let folder: String
    let builder: APIBuilder
    let tenantId: String
    let otherTenantId: String
    /// Key of the first tenant with every scope.
    let key: String
    let otherKey: String
    let links: LinkMinter

    /// `serving` makes of the store in the folder the one that the API has.
    static func make(
        checks: [ReadinessCheck] = [],
        configure: (inout APIConfiguration) -> Void = { _ in },
        serving: (LocalArtifactStore) -> any ArtifactStore = { $0 }
    ) async throws -> APIFixture {
        let database = try await TestDatabase.make()
        return try await APIFixture(
            database: database,
            pool: database.pool,
            checks: checks,
            configure: configure,
            serving: serving
        )
    }

    /// One that reaches its database by a pool of the test's own.
    static func make(
        checks: [ReadinessCheck],
        pool: (TestDatabase) throws -> PostgresPool
    ) async throws -> APIFixture {
        let database = try await TestDatabase.make()
        return try await APIFixture(
            database: database,
            pool: try pool(database),
            checks: checks,
            configure: { _ in },
            serving: { $0 }
        )
    }

    private init(
        database: TestDatabase,
        pool: PostgresPool,
        checks: [ReadinessCheck],
        configure: (inout APIConfiguration) -> Void,
        serving: (LocalArtifactStore) -> any ArtifactStore
    ) async throws {
        self.database = database
        links = LinkMinter(baseURL: "", key: Self.linkKey, lifetimeSeconds: 600) { path, expires, key in
            LinkSignature.sign(path: path, expires: Int64(expires), key: key)
        }
        store = Store(pool: pool, links: links)
        folder = "\(NSTemporaryDirectory())/reelgate-api-\(UUID().uuidString)"
        artifacts = try LocalArtifactStore(root: folder)
        tenantId = try await store.createTenant(name: "first")
        otherTenantId = try await store.createTenant(name: "second")
        key = try await Self.makeKey(store, tenantId: tenantId, scopes: Scope.allCases)
        otherKey = try await Self.makeKey(store, tenantId: otherTenantId, scopes: Scope.allCases)
        let style = try BuiltInStyle.standard()
        try await store.publishBuiltInStyle(
            package: style.package,
            document: style.document,
            documentJSON: style.documentJSON,
            digest: style.digest
        )
        var configuration = APIConfiguration(linkKey: Self.linkKey, sealingKey: Self.sealingKey)
        configuration.port = 0
        configuration.stream.pollMs = 10
        configuration.stream.lingerMs = 30
        configure(&configuration)
        builder = APIBuilder(
            configuration: configuration,
            services: APIServices(
                store: store,
                artifacts: serving(artifacts),
                providers: Self.providers,
                callbackSecrets: APIFixture.callbackSecrets,
                providerMeter: Self.meter,
                runtimeWake: WakeSignal(),
                webhookWake: WakeSignal(),
                checks: checks,
                logger: Self.logger
            )
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func makeKey(
        _ store: Store,
        tenantId: String,
        scopes: [Scope],
        expiresAt: Date? = nil
    ) async throws -> String {
        let key = "rg_test_\(SecureRandom.token(byteCount: 24))"
        _ = try await store.createKey(
            tenantId: tenantId,
            name: "test",
            digest: SHA256Digest.hash(Array(key.utf8)),
            scopes: scopes.map(\.rawValue),
            expiresAt: expiresAt
        )
        return key
    }

    /// Runs `test` against a server on a free port.
    func withClient(_ test: (Client) async throws -> Void) async throws {
        try await Self.serve(builder, key: key, test)
    }

    /// Serves what `builder` makes on a free port for as long as `test` takes.
    static func serve(
        _ builder: APIBuilder,
        key: String,
        _ test: (Client) async throws -> Void
    ) async throws {
        let (ports, announced) = AsyncStream<Int>.makeStream()
        let application = builder.buildApplication { port in
            if let port { announced.yield(port) }
        }
        let group = ServiceGroup(services: [application], logger: logger)
        let http = HTTPClient(policy: .allowPrivateNetworks)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                // A server that cannot start must not leave the test waiting for its port.
                defer { announced.finish() }
                try await group.run()
            }
            let result: Result<Void, any Error>
            do {
                let port = try #require(await ports.first { _ in true })
                result = .success(try await test(Client(http: http, port: port, key: key)))
            } catch {
                result = .failure(error)
            }
            http.shutdown()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// An asset of the first tenant that holds `bytes`.
    func makeAsset(_ bytes: [UInt8]) async throws -> AssetRecord {
        let sha256 = SHA256Digest.hex(bytes)
        let location = try #require(ArtifactLocation(tenantId: tenantId, assetSha256: sha256))
        try await artifacts.write(bytes, to: location)
        return try await store.insertAsset(
            tenantId: tenantId,
            sha256: sha256,
            sizeBytes: Int64(bytes.count),
            location: location.path
        )
    }
}

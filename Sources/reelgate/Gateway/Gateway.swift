import API
import Artifacts
import Editorial
import Foundation
import Logging
import OutboundHTTP
import Providers
import Runtime
import ServiceLifecycle
import Signatures
import Store
import Threads
import UnixSignals
import Webhooks

/// The composition root: the only place that knows all parts of the gateway.
struct Gateway {
    /// Builds everything, serves until a signal comes, and closes what was opened.
    static func run(settings: Settings, readyFile: String?, logger: Logger) async throws {
        let folder = try DataDirectory.prepare(settings)
        let database = try await Database.open(settings: settings, dataDirectory: folder, logger: logger)
        do {
            let gateway = try Gateway(
                settings: settings,
                folder: folder,
                database: database,
                readyFile: readyFile,
                logger: logger
            )
            try await gateway.prepare()
            try await gateway.serve()
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private let settings: Settings
    private let roles: Set<GatewayRole>
    private let addresses: GatewayAddresses
    private let readyFile: String?
    private let logger: Logger
    private let store: Store
    private let artifacts: LocalArtifactStore
    private let worker: WorkerConnection
    private let database: Database
    private let keys: GatewayKeys
    private let policy: AddressPolicy
    private let runtimeWake = WakeSignal()
    private let webhookWake = WakeSignal()

    private init(
        settings: Settings,
        folder: String,
        database: Database,
        readyFile: String?,
        logger: Logger
    ) throws {
        self.settings = settings
        roles = try settings.roles
        self.readyFile = readyFile
        self.logger = logger
        self.database = database
        addresses = try GatewayAddresses(settings: settings)
        keys = GatewayKeys(root: try SecretKeyFile.load(settings: settings, dataDirectory: folder))
        policy = try settings.flag(.allowPrivateNetworks) ? .allowPrivateNetworks : .publicOnly
        artifacts = try LocalArtifactStore(root: "\(folder)/artifacts")
        let linkSeconds = try settings.integer(.linkHours, in: 1...8_760) * 3_600
        store = Store(
            pool: database.pool,
            links: keys.minter(baseURL: addresses.publicURL, lifetimeSeconds: linkSeconds)
        )
        let (wake, store) = (runtimeWake, self.store)
        worker = try WorkerConnection(
            settings: settings,
            folder: folder,
            isNeeded: roles.contains(.runtime),
            logger: logger
        ) {
            // What the worker before this one had is gone: it is asked for now, not at its next poll.
            Task {
                do {
                    try await store.hastenTasks(provider: EmbeddedWorker.standardName)
                } catch {
                    logger.warning("the worker's tasks wait for their polls", metadata: ["error": "\(error)"])
                }
                wake.wake()
            }
        }
    }

    /// Brings the schema up to date and seeds what every gateway has.
    private func prepare() async throws {
        if policy == .allowPrivateNetworks {
            logger.warning("sources and webhook endpoints may be on private networks; for development only")
        }
        try await store.migrate()
        if database.isSole {
            let count = try await store.expireLeases()
            if count > 0 { logger.notice("took over unfinished work", metadata: ["leases": "\(count)"]) }
            if worker.supervisor != nil {
                try await store.excuseLosses(provider: EmbeddedWorker.standardName)
            }
        }
        if let key = settings[.bootstrapKey] {
            guard key.hasPrefix("rg_"), key.utf8.count >= 24 else {
                throw Settings.Invalid(
                    description: "\(Setting.bootstrapKey.name) must look like rg_<env>_<secret>"
                )
            }
            try await store.seedBootstrapKey(digest: SHA256Digest.hash(Array(key.utf8)))
        }
        try await BuiltInStyles.publish(to: store, artifacts: artifacts)
    }

    /// Runs all services; they start in this order and stop in the reverse one.
    private func serve() async throws {
        let sources = HTTPClient(policy: policy)
        let subscribers = HTTPClient(policy: policy)
        let workers = HTTPClient(policy: .allowPrivateNetworks)
        let providers = try providers(workers: workers)
        var services: [any Service] = [Upkeep(database: database, logger: logger)]
        if let supervisor = worker.supervisor { services.append(supervisor) }
        if roles.contains(.runtime) {
            services.append(try runtime(sources: sources, providers: providers))
        }
        if roles.contains(.webhooks) {
            services.append(
                DeliveryEngine(
                    store: store,
                    client: subscribers,
                    wake: webhookWake,
                    logger: logger,
                    settings: try deliverySettings()
                )
            )
        }
        if roles.contains(.api) {
            services.append(
                try api(providers: providers).buildApplication { port in self.announce(port: port) }
            )
        } else {
            announce(port: nil)
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        defer { for client in [sources, subscribers, workers] { client.shutdown() } }
        try await group.run()
    }

    /// Who does delegated work; the runtime asks them, the API takes their callbacks.
    private func providers(workers: HTTPClient) throws -> ProviderRegistry {
        ProviderRegistry(
            EmbeddedWorker(
                name: ProviderNames.worker,
                secret: worker.secret,
                client: workers,
                endpoint: worker.endpoint
            ),
            try RenderHook.configured(settings, client: workers).map { [$0] } ?? []
        )
    }

    private func runtime(sources: HTTPClient, providers: ProviderRegistry) throws -> PipelineRuntime {
        var configuration = RuntimeConfiguration(gatewayURL: addresses.internalURL)
        let leaseSeconds = try settings.integer(.leaseSeconds, in: 1...600)
        configuration.jobLeaseSeconds = leaseSeconds
        configuration.taskLeaseSeconds = leaseSeconds
        configuration.callbackLeaseSeconds = leaseSeconds
        configuration.sourceDurationMsMax = try settings.integer(.sourceHoursMax, in: 1...48) * 3_600_000
        configuration.sourceBytesMax = Int64(try settings.integer(.sourceBytesMax, in: 1...(1 << 50)))
        configuration.retention = try settings.retentionPolicy()
        return PipelineRuntime(
            store: store,
            artifacts: artifacts,
            providers: providers,
            editorial: DeterministicScorer(),
            sources: sources,
            links: keys.minter(baseURL: addresses.internalURL, lifetimeSeconds: 86_400),
            tokens: TaskTokens(serverSecret: keys.tokenKey),
            configuration: configuration,
            wake: runtimeWake,
            webhookWake: webhookWake,
            logger: logger
        )
    }

    private func deliverySettings() throws -> DeliverySettings {
        let seconds = try settings.integer(.leaseSeconds, in: 1...600)
        var timeouts = WebhookMessage.timeouts
        timeouts.totalMilliseconds = min(seconds, WebhookMessage.attemptSecondsMax) * 1_000
        return DeliverySettings(leaseSeconds: 3 * seconds, timeouts: timeouts)
    }

    private func api(providers: ProviderRegistry) throws -> APIBuilder {
        var configuration = APIConfiguration(linkKey: keys.linkKey)
        configuration.host = addresses.host
        configuration.port = addresses.port
        configuration.addressPolicy = policy
        configuration.providers = ProviderNames(providers)
        configuration.limits.assetBytesMax = Int64(try settings.integer(.sourceBytesMax, in: 1...(1 << 50)))
        configuration.limits.requestsPerSecond = try settings.integer(.requestsPerSecond, in: 1...1_000_000)
        configuration.limits.requestsBurst = try settings.integer(.requestsBurst, in: 1...1_000_000)
        let store = store
        let artifacts = artifacts
        let worker = worker
        var checks = [
            ReadinessCheck("database") {
                try await store.ping()
                return true
            },
            ReadinessCheck("storage") {
                // An empty file that goes away again: the disk takes writes.
                _ = try await artifacts.stagingFile()
                return true
            },
        ]
        if roles.contains(.runtime) {
            checks.append(ReadinessCheck("worker") { worker.endpoint() != nil })
        }
        let services = APIServices(
            store: store,
            artifacts: artifacts,
            providers: providers,
            runtimeWake: runtimeWake,
            webhookWake: webhookWake,
            checks: checks,
            logger: logger
        )
        return APIBuilder(configuration: configuration, services: services)
    }

    /// Tells people and scripts where the gateway is, once it answers.
    private func announce(port: Int?) {
        logger.notice("the gateway is ready", metadata: ["url": "\(addresses.publicURL)"])
        guard let readyFile else { return }
        do {
            try addresses.publicURL.write(toFile: readyFile, atomically: true, encoding: .utf8)
        } catch {
            logger.error("the ready file cannot be written", metadata: ["error": "\(error)"])
        }
    }
}

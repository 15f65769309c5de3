import API
import Artifacts
import Contracts
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
        // What is wrong with the configuration is told before anything is started.
        let providerSettings = try ProviderSettings(settings)
        var settings = settings
        settings.adopt(providerSettings)
        let folder = try DataDirectory.prepare(settings)
        let database = try await Database.open(settings: settings, dataDirectory: folder, logger: logger)
        do {
            let gateway = try Gateway(
                settings: settings,
                providerSettings: providerSettings,
                folder: folder,
                database: database,
                readyFile: readyFile,
                logger: logger
            )
            try await database.waitUntilThere(logger: logger)
            try await gateway.prepare()
            try await gateway.serve()
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// How long attempts, requests and connections under way may take to end, beside the stages.
    private static let endSecondsMax = 40

    let settings: Settings
    let providerSettings: ProviderSettings
    let roles: Set<GatewayRole>
    let addresses: GatewayAddresses
    private let readyFile: String?
    let logger: Logger
    let store: Store
    let artifacts: any ArtifactStore
    let worker: WorkerConnection
    let database: Database
    let keys: GatewayKeys
    let policy: AddressPolicy
    let identity: GatewayIdentity
    let gate = WorkGate()
    let providerMeter = ProviderMeter()
    let runtimeWake = WakeSignal()
    let webhookWake = WakeSignal()

    private init(
        settings: Settings,
        providerSettings: ProviderSettings,
        folder: String,
        database: Database,
        readyFile: String?,
        logger: Logger
    ) throws {
        self.settings = settings
        self.providerSettings = providerSettings
        roles = try settings.roles
        self.readyFile = readyFile
        self.logger = logger
        self.database = database
        addresses = try GatewayAddresses(settings: settings)
        keys = GatewayKeys(root: try SecretKeyFile.load(settings: settings, dataDirectory: folder))
        policy = try settings.flag(.allowPrivateNetworks) ? .allowPrivateNetworks : .publicOnly
        artifacts = try settings.artifactStore(dataDirectory: folder)
        identity = GatewayIdentity(
            id: ResourceID.make(.gateway),
            version: Reelgate.releaseVersion,
            mark: LeaseMark()
        )
        let linkSeconds = try settings.integer(.linkHours, in: 1...8_760) * 3_600
        store = Store(
            pool: database.pool,
            links: keys.minter(baseURL: addresses.publicURL, lifetimeSeconds: linkSeconds),
            leaseMark: identity.mark
        )
        store.handOver.onSpill { [webhookWake] in webhookWake.wakeOthers() }
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

    /// Brings the schema up to date, or refuses one that is not.
    private func updateSchema() async throws {
        switch try settings.required(.migrate).lowercased() {
        case "auto": try await store.migrate()
        case "off": try await store.checkSchema()
        case let word:
            throw Settings.Invalid(
                description: "\(Setting.migrate.name) is '\(word)'; it must be auto or off"
            )
        }
    }

    /// Brings the schema up to date and seeds what every gateway has.
    private func prepare() async throws {
        if policy == .allowPrivateNetworks {
            logger.warning("sources and webhook endpoints may be on private networks; for development only")
        }
        try await updateSchema()
        // Before it answers anybody: an order to all gateways means this one too.
        _ = try await store.beat(identity)
        let others = try await store.gateways().filter {
            $0.id != identity.id && $0.state == .serving && !$0.isSilent
        }
        if worker.supervisor != nil, !others.isEmpty {
            logger.warning(
                """
                another gateway shares this database: give all one worker by \(Setting.workerURL.name), or tasks of one \
                are lost when another asks its own worker about them
                """,
                metadata: ["gateways": "\(others.map(\.id).joined(separator: " "))"]
            )
        }
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
        // Before anything is written there.
        try await artifacts.claim(owner: try await store.databaseId())
        try await BuiltInStyles.publish(to: store, artifacts: artifacts)
    }

    /// Runs all services; they start in this order and stop in the reverse one.
    private func serve() async throws {
        let sources = HTTPClient(policy: policy)
        let deliverySettings = try deliverySettings()
        let subscribers = HTTPClient(policy: policy, limits: deliverySettings.clientLimits)
        let workers = HTTPClient(policy: .allowPrivateNetworks)
        let hosted = HTTPClient(policy: policy)
        let metadata = HTTPClient(policy: .cloudMetadata)
        let pool = ThreadPool(name: "provider-files", threadCount: 2)
        defer {
            pool.shutdown()
            for client in [sources, subscribers, workers, hosted, metadata] { client.shutdown() }
        }
        let setup = try ProviderSetup(
            providerSettings,
            ProviderParts(
                settings: settings,
                client: hosted,
                privateClient: workers,
                metadataClient: metadata,
                meter: providerMeter,
                certificates: SNSCertificates(client: hosted),
                pool: pool,
                log: { [logger] words in logger.warning("a provider failed", metadata: ["words": "\(words)"])
                }
            )
        )
        let providers = setup.registry(worker: embeddedWorker(workers))
        let editorial = setup.editorial
        let member = GatewayMember(
            store: store,
            identity: identity,
            gate: gate,
            wakes: [runtimeWake, webhookWake],
            logger: logger
        )
        let bell = GatewayBell(
            database: database,
            store: store,
            member: member,
            runtimeWake: runtimeWake,
            webhookWake: webhookWake,
            logger: logger
        )
        // What ends first stands last: new work, then what is under way, then the answers to requests.
        var services: [any Service] = [Upkeep(database: database, logger: logger), member, bell]
        if roles.contains(.api) {
            let backlog = BacklogGuard(store: store, logger: logger)
            services.append(backlog)
            let application = try api(
                providers: providers,
                editorial: editorial,
                member: member,
                backlog: backlog
            )
            .buildApplication { port in self.announce(port: port) }
            services.append(application)
        } else {
            announce(port: nil)
        }
        if let supervisor = worker.supervisor { services.append(supervisor) }
        if roles.contains(.webhooks) { services.append(deliveries(subscribers, deliverySettings)) }
        if roles.contains(.runtime) {
            services.append(try runtime(sources: sources, providers: providers, editorial: editorial))
        }
        services.append(Farewell(member: member, logger: logger))
        var configuration = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        let drainSeconds = try settings.integer(.drainSeconds, in: 0...3_600)
        configuration.maximumGracefulShutdownDuration = .seconds(drainSeconds + Self.endSecondsMax)
        let group = ServiceGroup(configuration: configuration)
        try await group.run()
    }

    private func embeddedWorker(_ client: HTTPClient) -> EmbeddedWorker {
        EmbeddedWorker(
            name: ProviderNames.worker,
            models: Installation(settings: settings).models,
            secret: worker.secret,
            client: client,
            endpoint: worker.endpoint
        )
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

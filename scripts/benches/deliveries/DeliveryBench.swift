import ArgumentParser
import Contracts
import Foundation
import Logging
import OutboundHTTP
import Postgres
import ServiceLifecycle
import Store
import Threads
import Webhooks

/// The delivery engine as the gateway runs it, with a source of messages in place of the pipeline.
///
/// Messages are written by the store as all others are, in transactions of up to `--group`, and handed to the engine by
/// their commits; so what is measured is the engine with its database, and no load generator in front of it.
@main struct DeliveryBench: AsyncParsableCommand {
    @Option(help: "A libpq string; the schema is made.") var database: String
    @Option(help: "Where the receiver is, without a slash at the end.") var receiver: String
    @Option(help: "Endpoints, spread over tenants of a hundred.") var endpoints = 100
    @Option(help: "Of these, so many that never answer.") var hanging = 0
    @Option(help: "Messages a second; 0 is as many as there can be.") var rate = 0
    @Option(help: "Messages in one transaction at most.") var group = 64
    @Option var seconds = 10
    @Option(help: "Gets a line for each message to an endpoint that answers: nanoseconds since 1970, id.")
    var commits: String

    func run() async throws {
        var settings = PostgresSettings()
        settings.connectionsMax = 8
        let pool = PostgresPool(database, settings: settings)
        let links = LinkMinter(baseURL: "", key: [], lifetimeSeconds: 0) { _, _, _ in "" }
        let store = Store(pool: pool, links: links, leaseMark: LeaseMark())
        try await store.migrate()
        let targets = try await BenchTargets.make(
            store: store,
            receiver: receiver,
            count: endpoints,
            hanging: hanging
        )
        let deliveries = DeliverySettings()
        let client = HTTPClient(policy: .allowPrivateNetworks, limits: deliveries.clientLimits)
        var logger = Logger(label: "bench")
        logger.logLevel = .warning
        let engine = DeliveryEngine(
            store: store,
            client: client,
            wake: WakeSignal(),
            logger: logger,
            settings: deliveries
        )
        let clock = CommitClock(engine)
        store.handOver.attach(clock)
        let group = ServiceGroup(services: [engine], logger: logger)
        let running = Task { try await group.run() }
        let load = BenchLoad(store: store, targets: targets, clock: clock, groupMax: self.group)
        let begun = ContinuousClock.now
        let written =
            rate > 0 ? try await load.run(rate: rate, seconds: seconds) : try await load.run(seconds: seconds)
        try await load.settle(healthy: targets.healthy.count)
        let took = (ContinuousClock.now - begun) / .seconds(1)
        try clock.write(to: commits)
        print("{\"written\": \(written), \"seconds\": \(took), \"spilled\": \(clock.spilled)}")
        // Endpoints that hang would hold the end up.
        client.shutdown()
        await group.triggerGracefulShutdown()
        try await running.value
        pool.close()
    }
}

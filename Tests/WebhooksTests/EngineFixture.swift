import Contracts
import Foundation
import Logging
import OutboundHTTP
import Postgres
import ServiceLifecycle
import Signatures
import Store
import TestSupport
import Threads
import Webhooks

/// A fresh database with one tenant, and engines that deliver its messages.
struct EngineFixture: Sendable {
    let database: TestDatabase
    let store: Store
    let tenantId: String
    let logs = LogCollector()

    static func make() async throws -> EngineFixture {
        let database = try await TestDatabase.make()
        let store = Store(pool: database.pool, links: TestLinks.minter)
        return EngineFixture(
            database: database,
            store: store,
            tenantId: try await store.createTenant(name: "acme")
        )
    }

    /// Registers an endpoint and returns its view.
    func endpoint(
        _ url: String,
        secret: WebhookSecret,
        eventTypes: [String] = []
    ) async throws -> EndpointView {
        let made = Locked<EndpointView?>(nil)
        _ = try await store.createEndpoint(
            tenantId: tenantId,
            url: url,
            eventTypes: eventTypes,
            description: nil,
            secret: secret.reveal(),
            claim: nil
        ) { view in
            made.withLock { $0 = view }
            return StoredResponse(status: 201, headers: [:], body: Data())
        }
        guard let view = made.withLock({ $0 }) else { throw CancellationError() }
        return view
    }

    /// Puts a message for one endpoint into the outbox and returns its id.
    @discardableResult
    func enqueue(for endpoint: EndpointView, isUrgent: Bool = false) async throws -> String {
        let id = try await store.enqueueTest(
            tenantId: tenantId,
            endpointId: endpoint.id,
            isUrgent: isUrgent
        )
        guard let id else { throw CancellationError() }
        return id
    }

    func deliveries(of endpoint: EndpointView) async throws -> [DeliveryView] {
        try await store.deliveries(tenantId: tenantId, endpointId: endpoint.id, limit: 100, after: nil).data
    }

    /// Runs an engine while `body` runs; afterwards the engine has written down all that it did.
    func delivering(
        policy: AddressPolicy = .allowPrivateNetworks,
        settings: DeliverySettings = EngineFixture.settings(),
        now: @escaping @Sendable () -> Date = { Date() },
        certificatesPath: String? = nil,
        made: Locked<DeliveryEngine?>? = nil,
        _ body: () async throws -> Void
    ) async throws {
        let client = HTTPClient(policy: policy, certificatesPath: certificatesPath)
        defer { client.shutdown() }
        let logger = Logger(label: "test") { _ in logs }
        let engine = DeliveryEngine(
            store: store,
            client: client,
            wake: WakeSignal(),
            logger: logger,
            settings: settings,
            now: now,
            jitter: { 0.5 }
        )
        made?.withLock { $0 = engine }
        let group = ServiceGroup(services: [engine], logger: logger)
        let running = Task { try await group.run() }
        do {
            try await body()
        } catch {
            running.cancel()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// Fast settings: short pauses, frequent looks.
    static func settings(delaysMs: [Int] = [10, 10, 10], attemptMs: Int = 10_000) -> DeliverySettings {
        DeliverySettings(
            pollMs: 20,
            policy: DeliveryRetryPolicy(delaysMs: delaysMs),
            timeouts: TransferTimeouts(totalMilliseconds: attemptMs)
        )
    }

    /// Looks again and again until there is something, for ten seconds.
    func eventually<Value>(_ look: () async throws -> Value?) async throws -> Value {
        for _ in 0..<1000 {
            if let value = try await look() { return value }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw CancellationError()
    }
}

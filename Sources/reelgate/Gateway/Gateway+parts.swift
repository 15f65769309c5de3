import API
import Artifacts
import Contracts
import Editorial
import Foundation
import Logging
import OutboundHTTP
import Providers
import Runtime
import Signatures
import Store
import Threads
import Webhooks

extension Gateway {
    func runtime(
        sources: HTTPClient,
        providers: ProviderRegistry,
        editorial: EditorialRegistry
    ) throws -> PipelineRuntime {
        var configuration = RuntimeConfiguration(gatewayURL: addresses.internalURL)
        configuration.publicURL = addresses.publicURL
        let leaseSeconds = try settings.integer(.leaseSeconds, in: 1...600)
        configuration.jobLeaseSeconds = leaseSeconds
        configuration.taskLeaseSeconds = leaseSeconds
        configuration.callbackLeaseSeconds = leaseSeconds
        configuration.sourceDurationMsMax = try settings.integer(.sourceHoursMax, in: 1...48) * 3_600_000
        configuration.sourceBytesMax = Int64(try settings.integer(.sourceBytesMax, in: 1...(1 << 50)))
        configuration.transcriptionByLanguage = providerSettings.routes.transcriptionByLanguage
        configuration.retention = try settings.retentionPolicy()
        configuration.drainMs = try settings.integer(.drainSeconds, in: 0...3_600) * 1_000
        return PipelineRuntime(
            store: store,
            artifacts: artifacts,
            providers: providers,
            editorial: editorial,
            sources: sources,
            links: keys.minter(
                baseURL: addresses.internalURL,
                lifetimeSeconds: 86_400,
                isDirect: true
            ),
            publicLinks: keys.minter(baseURL: addresses.publicURL, lifetimeSeconds: 86_400, isDirect: true),
            tokens: TaskTokens(serverSecret: keys.tokenKey),
            configuration: configuration,
            wake: runtimeWake,
            gate: gate,
            logger: logger
        )
    }

    func deliverySettings() throws -> DeliverySettings {
        let seconds = try settings.integer(.leaseSeconds, in: 1...600)
        var timeouts = WebhookMessage.timeouts
        timeouts.totalMilliseconds = min(seconds, WebhookMessage.attemptSecondsMax) * 1_000
        return DeliverySettings(leaseSeconds: 3 * seconds, timeouts: timeouts)
    }

    func deliveries(_ subscribers: HTTPClient, _ settings: DeliverySettings) -> DeliveryEngine {
        DeliveryEngine(
            store: store,
            client: subscribers,
            wake: webhookWake,
            gate: gate,
            logger: logger,
            settings: settings
        )
    }

    func api(
        providers: ProviderRegistry,
        editorial: EditorialRegistry,
        member: GatewayMember,
        backlog: BacklogGuard
    ) throws -> APIBuilder {
        var configuration = APIConfiguration(linkKey: keys.linkKey, sealingKey: keys.sealingKey)
        configuration.host = addresses.host
        configuration.port = addresses.port
        configuration.addressPolicy = policy
        configuration.providers = ProviderNames(
            providers,
            editorial: editorial,
            setUpBy: ProviderSetup.setUpBy
        )
        configuration.limits.assetBytesMax = Int64(try settings.integer(.sourceBytesMax, in: 1...(1 << 50)))
        configuration.limits.requestsPerSecond = try settings.integer(.requestsPerSecond, in: 1...1_000_000)
        configuration.limits.requestsBurst = try settings.integer(.requestsBurst, in: 1...1_000_000)
        let store = store
        let storage = StorageCheck(artifacts: artifacts)
        let worker = worker
        var checks = [
            // From the first signal to end on, others are to get the requests.
            ReadinessCheck("serving") { !member.isLeaving },
            ReadinessCheck("database") {
                try await store.ping()
                return true
            },
            ReadinessCheck("storage") {
                try await storage.check()
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
            editorial: editorial,
            callbackSecrets: CallbackSecrets(serverSecret: keys.tokenKey),
            providerMeter: providerMeter,
            runtimeWake: runtimeWake,
            webhookWake: webhookWake,
            backlog: backlog,
            checks: checks,
            logger: logger
        )
        return APIBuilder(configuration: configuration, services: services)
    }
}

package import Artifacts
package import Editorial
package import Foundation
package import Logging
package import Providers
package import Store
package import Threads

/// What the routes work with.
package struct APIServices: Sendable {
    package var store: Store
    package var artifacts: any ArtifactStore
    /// Whose callbacks are taken.
    package var providers: ProviderRegistry
    /// The models that make plans.
    package var editorial: EditorialRegistry
    /// Makes again what a provider was given to show with its callbacks.
    package var callbackSecrets: CallbackSecrets
    /// What happened at hosted providers, for the metrics.
    package var providerMeter: ProviderMeter
    /// Raised after a commit that gives the pipeline something to do.
    package var runtimeWake: WakeSignal
    /// Raised after a commit that gives the webhook engine something to send.
    package var webhookWake: WakeSignal
    /// Refuses runs while deliveries are behind; nil takes all.
    package var backlog: BacklogGuard?
    package var checks: [ReadinessCheck]
    package var logger: Logger
    package var now: @Sendable () -> Date

    package init(
        store: Store,
        artifacts: any ArtifactStore,
        providers: ProviderRegistry,
        editorial: EditorialRegistry = EditorialRegistry(),
        callbackSecrets: CallbackSecrets,
        providerMeter: ProviderMeter = ProviderMeter(),
        runtimeWake: WakeSignal,
        webhookWake: WakeSignal,
        backlog: BacklogGuard? = nil,
        checks: [ReadinessCheck] = [],
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.artifacts = artifacts
        self.providers = providers
        self.editorial = editorial
        self.callbackSecrets = callbackSecrets
        self.providerMeter = providerMeter
        self.runtimeWake = runtimeWake
        self.webhookWake = webhookWake
        self.backlog = backlog
        self.checks = checks
        self.logger = logger
        self.now = now
    }

    func wakeRuntime() { runtimeWake.wake() }

    func wakeWebhooks() { webhookWake.wake() }
}

import Contracts
import Logging
import Pipeline
import Providers
import Store

extension TaskDriver {
    /// Writes down that the task is about to be handed over; false when it is not, now or at all.
    ///
    /// A provider with limits has no more of it than they say. A place frees up, so the task waits for one; a day's
    /// measure does not, so the task fails, and another provider may be asked.
    func mayBeHandedOver(
        _ claimed: ClaimedTask,
        to provider: any Provider,
        waitMs: Int,
        reason: Problem?,
        logger: Logger
    ) async throws -> Bool {
        let store = context.store
        guard isLimited(provider) else {
            let isOurs = try await store.taskSubmitting(claimed.lease, waitMs: waitMs, reason: reason)
            if !isOurs { logger.info("task had ended, or was taken over, before its dispatch") }
            return isOurs
        }
        let admission = try await store.admitTask(
            claimed.lease,
            provider: provider.name,
            limits: context.providers.limits(of: provider.name),
            cost: claimed.cost(unknownMs: context.configuration.sourceDurationMsMax),
            waitMs: waitMs,
            reason: reason
        )
        switch admission {
        case .submitting: return true
        case .wait(let delayMs):
            logger.debug("provider has as much as it may", metadata: ["wait_ms": "\(delayMs)"])
            _ = try await finishing { try await store.taskQueued(claimed.lease, delayMs: delayMs) }
            return false
        case .refused(let reason):
            throw Problem(
                .providerLimit,
                detail: "Provider '\(provider.name)' is not given more today: \(reason).",
                retryable: false
            )
        case .lost:
            logger.info("task had ended, or was taken over, before its dispatch")
            return false
        }
    }

    /// Whether what it is given is counted: a hosted one costs money, limited or not.
    func isLimited(_ provider: any Provider) -> Bool {
        provider.callbackMeaning == .signals || !context.providers.limits(of: provider.name).isNone
    }
}

extension ClaimedTask {
    /// What the task takes of its provider's day; of a source whose length nobody knows, the longest that is taken.
    fileprivate func cost(unknownMs: Int) -> TaskCost {
        switch ProviderTask.Kind(rawValue: task.kind) {
        case .render: TaskCost(renders: 1)
        case .transcribe, .framing: TaskCost(mediaMs: run.asset?.media?.durationMs ?? unknownMs)
        case .transcode, .segment, .prepareMedia, .audioPlan, nil: TaskCost()
        }
    }
}

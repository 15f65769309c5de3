import Contracts
import Foundation
import Logging
import Pipeline
import Providers
import Store
import Threads

extension TaskDriver {
    /// A busy provider frees up when its next task ends, which may be soon.
    static let busyDelayMsMax = 5_000

    /// Hands a task over, after writing down that this is about to happen.
    ///
    /// `reason` tells why it is done once more under the same attempt; it is in the run's log before the call.
    func dispatch(
        _ claimed: ClaimedTask,
        to provider: any Provider,
        reason: Problem?,
        logger: Logger
    ) async throws {
        let message = try await TaskBuilder(context: context).build(claimed)
        // What stays with its provider cannot be attached.
        if claimed.task.state == .minted, !provider.keepsFiles {
            let reuse = RenderReuse(context: context, logger: logger)
            let identity = provider.identity(for: message.kind)
            if try await reuse.settles(claimed, message, identity: identity) { return }
        }
        let schedule = schedule(of: claimed, at: provider)
        let waitMs = provider.submission == .idempotent ? 0 : schedule.unknownWaitMs
        guard
            try await mayBeHandedOver(claimed, to: provider, waitMs: waitMs, reason: reason, logger: logger)
        else { return }
        CrashPoint.dispatchBeforeSubmit.pass()
        let secret = context.tokens.callbackSecret(provider: provider.name, taskId: message.taskId)
        let result = await provider.submit(message, callbackSecret: secret)
        CrashPoint.dispatchAfterSubmit.pass()
        switch result {
        case .accepted(let externalId, let report):
            try await note(claimed, externalId: externalId, at: provider, logger: logger)
            if let report, report.state.isTerminal {
                try await apply(report, claimed, by: .submit, logger: logger)
            }
        case .made(let externalId, let result):
            try await note(claimed, externalId: externalId, at: provider, isHeld: true, logger: logger)
            try await finish(result, claimed, by: .submit, at: provider, logger: logger)
        case .busy(let retryAfterMs):
            logger.debug("provider is busy", metadata: ["retry_after_ms": "\(retryAfterMs)"])
            let delayMs = try await untaken(claimed) {
                try busyDelayMs(claimed, at: provider, retryAfterMs: retryAfterMs)
            }
            _ = try await finishing { [context] in
                try await context.store.taskQueued(claimed.lease, delayMs: delayMs, isRefused: true)
            }
        case .refused(let problem): throw problem
        case .unreachable(let problem):
            logger.warning("task not dispatched", metadata: ["reason": "\(problem.detail)"])
            // Who has an earlier dispatch of this attempt may still have it.
            let isNotTaken = claimed.task.state == .minted
            let delayMs =
                isNotTaken
                ? try await untaken(claimed) { try nextDispatchMs(claimed, problem: problem) }
                : try nextDispatchMs(claimed, problem: problem)
            try await postpone(claimed, delayMs: delayMs, problem: problem, isNotTaken: isNotTaken)
        case .unknownOutcome(let problem):
            logger.warning(
                "task handed over, with an unknown outcome",
                metadata: ["reason": "\(problem.detail)"]
            )
            let delayMs =
                provider.submission == .idempotent
                ? try nextDispatchMs(claimed, problem: problem) : schedule.unknownWaitMs
            try await postpone(claimed, delayMs: delayMs, problem: problem)
        }
    }

    /// Finds out what became of a dispatch that nobody knows the outcome of, its callback not having come in time.
    func resolve(_ claimed: ClaimedTask, at provider: any Provider, logger: Logger) async throws {
        let task = claimed.task
        let words = task.problem.map { " The last that is known: \($0.detail)" } ?? ""
        let problem = Problem(
            .providerUnreachable,
            detail: "Nobody knows whether provider '\(task.provider)' got the task.\(words)",
            retryable: true
        )
        switch provider.submission {
        case .idempotent: try await dispatch(claimed, to: provider, reason: problem, logger: logger)
        case .blind: try await lose(claimed, problem: problem, logger: logger)
        case .findable:
            switch await provider.find(TaskReference(task)) {
            case .found(let externalId):
                try await note(claimed, externalId: externalId, at: provider, logger: logger)
            case .notFound: try await lose(claimed, problem: problem, logger: logger)
            case .unreachable(let problem, let retryAfterMs):
                logger.warning("task not looked for", metadata: ["reason": "\(problem.detail)"])
                let delayMs = schedule(of: claimed, at: provider).delayMs(
                    afterFailures: 1,
                    jitter: context.jitter(),
                    retryAfterMs: retryAfterMs
                )
                try await postpone(claimed, delayMs: delayMs, problem: problem)
            }
        }
    }

    private func note(
        _ claimed: ClaimedTask,
        externalId: String,
        at provider: any Provider,
        isHeld: Bool = false,
        logger: Logger
    ) async throws {
        try await warnOfOther(externalId, claimed, at: provider, logger: logger)
        let delayMs = schedule(of: claimed, at: provider).delayMs(beforePoll: 0, jitter: context.jitter())
        let isNoted = try await finishing { [context] in
            try await context.store.taskDispatched(
                claimed.lease,
                externalId: externalId,
                nextPollMs: delayMs,
                isHeld: isHeld
            )
        }
        CrashPoint.dispatchAfterRecord.pass()
        logger.info(isNoted ? "task dispatched" : "task had ended before its dispatch was answered")
    }

    /// A callback that came before the reply may have named another id: the reply counts, and the provider is asked.
    private func warnOfOther(
        _ externalId: String,
        _ claimed: ClaimedTask,
        at provider: any Provider,
        logger: Logger
    ) async throws {
        guard provider.callbackMeaning == .signals,
            let adopted = try await context.store.task(id: claimed.task.id)?.externalId, adopted != externalId
        else { return }
        logger.error(
            "a callback and the reply to its dispatch name two jobs of the provider",
            metadata: ["callback": "\(adopted)", "reply": "\(externalId)"]
        )
    }

    /// The delay of a dispatch that its provider surely did not take: where there is none, it is not counted, either.
    private func untaken(_ claimed: ClaimedTask, delayMs: () throws -> Int) async throws -> Int {
        do {
            return try delayMs()
        } catch {
            try await context.store.forgetUse(of: claimed.lease)
            throw error
        }
    }

    /// When a provider that takes nothing is tried again; it throws where that has gone on for too long.
    ///
    /// A hosted one says how long it wants to be left alone. Any other may be free sooner, and has a line of ours.
    private func busyDelayMs(
        _ claimed: ClaimedTask,
        at provider: any Provider,
        retryAfterMs: Int
    ) throws(Problem) -> Int {
        guard provider.callbackMeaning == .signals else { return min(retryAfterMs, Self.busyDelayMsMax) }
        let task = claimed.task
        let policy: BusyPolicy = task.hasFallback ? .beforeFallback : .alone
        let waitedMs = task.busySince.map { Int(context.now().timeIntervalSince($0) * 1_000) } ?? 0
        guard policy.givesUp(waitedMs: waitedMs, nextMs: retryAfterMs) else { return retryAfterMs }
        throw Problem(
            .providerBusy,
            detail: "Provider '\(provider.name)' has taken nothing for \(max(waitedMs, 0) / 1_000) s, "
                + "and wants to be left alone for \(retryAfterMs / 1_000) s more.",
            // The other one is asked now.
            retryable: !task.hasFallback
        )
    }

    /// Pause before the next dispatch; gives up with `problem` when there have been enough.
    private func nextDispatchMs(_ claimed: ClaimedTask, problem: Problem) throws -> Int {
        let dispatches = claimed.task.dispatches + 1
        let policy: RetryPolicy = claimed.task.hasFallback ? .dispatchBeforeFallback : .dispatch
        guard let delayMs = policy.delayMs(after: dispatches, jitter: context.jitter()) else {
            throw problem
        }
        return delayMs
    }
}

extension TaskReference {
    /// How its provider is told which task is meant.
    init(_ task: TaskRecord) {
        self.init(
            taskId: task.id,
            attempt: task.attempt,
            externalId: task.externalId ?? task.id,
            outputId: task.outputId
        )
    }
}

import Artifacts
import Contracts
import Foundation
import Logging
import Pipeline
import Providers
import Store

/// Takes one due task a step further: hands it to its provider, asks about it, or ends it.
struct TaskDriver: Sendable {
    let context: RuntimeContext
    /// A busy provider frees up when its next task ends, which may be soon.
    static let busyDelayMsMax = 5_000
    static let failureDelayMs = 2_000

    func drive(_ claimed: ClaimedTask) async {
        let logger = logger(claimed)
        do {
            try await step(claimed, logger: logger)
        } catch let problem as Problem {
            await settle(claimed, .failed(problem, isRetryable: problem.retryable ?? false), logger: logger)
        } catch let error as ArtifactError where !error.isRetryable {
            let problem = Problem(failure: error)
            await settle(claimed, .failed(problem, isRetryable: problem.retryable ?? false), logger: logger)
        } catch {
            // Not the task's fault: the database or the artifact store. It is tried again.
            if !(error is CancellationError) {
                logger.error("a task could not be driven", metadata: ["error": "\(error)"])
            }
            let delayMs = error is CancellationError ? 0 : Self.failureDelayMs
            _ = try? await finishing { [context] in
                try await context.store.taskDeferred(claimed.lease, delayMs: delayMs, problem: nil)
            }
        }
    }

    /// Tells the provider of an abandoned task that nobody wants it any more.
    func cancel(_ claimed: ClaimedTask) async {
        await context.providers[claimed.task.provider]?.cancel(
            externalId: claimed.task.externalId ?? claimed.task.id
        )
        do {
            _ = try await finishing { [context] in try await context.store.taskCancelled(claimed.lease) }
            logger(claimed).info("task cancelled at its provider")
        } catch {
            logger(claimed).error("a cancellation could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func step(_ claimed: ClaimedTask, logger: Logger) async throws {
        let task = claimed.task
        guard let provider = context.providers[task.provider] else {
            throw Problem(.unknownProvider, detail: "There is no provider '\(task.provider)' any more.")
        }
        guard context.now() < task.deadlineAt else {
            await provider.cancel(externalId: task.externalId ?? task.id)
            let words = task.problem.map { " It last said: \($0.detail)" } ?? ""
            throw Problem(
                .deadlineExceeded,
                detail: "The task did not end by \(Timestamp.format(task.deadlineAt)).\(words)"
            )
        }
        if task.state == .minted {
            try await dispatch(claimed, to: provider, logger: logger)
        } else {
            try await poll(claimed, at: provider, logger: logger)
        }
    }

    private func dispatch(_ claimed: ClaimedTask, to provider: any Provider, logger: Logger) async throws {
        let message = try await TaskBuilder(context: context).build(claimed)
        let result = await provider.submit(message)
        switch result {
        case .accepted(let externalId, let report):
            let delayMs = provider.pollSchedule.delayMs(beforePoll: 0)
            let isNoted = try await finishing { [context] in
                try await context.store.taskDispatched(
                    claimed.lease,
                    externalId: externalId,
                    nextPollMs: delayMs
                )
            }
            logger.info(isNoted ? "task dispatched" : "task had ended before its dispatch was answered")
            if let report, report.state.isTerminal { try await apply(report, claimed, logger: logger) }
        case .busy(let retryAfterMs):
            logger.debug("provider is busy", metadata: ["retry_after_ms": "\(retryAfterMs)"])
            let delayMs = min(retryAfterMs, Self.busyDelayMsMax)
            _ = try await finishing { [context] in
                try await context.store.taskQueued(claimed.lease, delayMs: delayMs)
            }
        case .refused(let problem): throw problem
        case .unreachable(let problem), .unknownOutcome(let problem):
            // Told again under the same id and attempt: a provider that has it answers with its report.
            logger.warning("task not dispatched", metadata: ["reason": "\(problem.detail)"])
            let attempt = claimed.task.dispatches + 1
            guard let delayMs = RetryPolicy.dispatch.delayMs(after: attempt, jitter: context.jitter()) else {
                throw problem
            }
            try await postpone(claimed, delayMs: delayMs, problem: problem)
        }
    }

    private func poll(_ claimed: ClaimedTask, at provider: any Provider, logger: Logger) async throws {
        let task = claimed.task
        let result = await provider.poll(externalId: task.externalId ?? task.id, taskId: task.id)
        switch result {
        case .report(let report) where report.attempt == task.attempt:
            if report.state.isTerminal { return try await apply(report, claimed, logger: logger) }
            let delayMs = provider.pollSchedule.delayMs(beforePoll: task.polls + 1)
            _ = try await finishing { [context] in
                try await context.store.taskPolled(
                    claimed.lease,
                    progress: report.progress,
                    nextPollMs: delayMs
                )
            }
        case .report, .forgotten:
            let problem = Problem(
                .providerLostTask,
                detail: "Provider '\(task.provider)' does not know the task any more."
            )
            logger.warning("task lost by its provider", metadata: ["attempt": "\(task.attempt)"])
            _ = try await finishing { [context] in
                try await context.store.taskLost(claimed.lease, problem: problem)
            }
            context.announce()
        case .unreachable(let problem):
            logger.warning("task not polled", metadata: ["reason": "\(problem.detail)"])
            try await postpone(claimed, delayMs: provider.pollSchedule.delayMsMax, problem: problem)
        }
    }

    private func postpone(_ claimed: ClaimedTask, delayMs: Int, problem: Problem?) async throws {
        _ = try await finishing { [context] in
            try await context.store.taskDeferred(claimed.lease, delayMs: delayMs, problem: problem)
        }
    }

    private func apply(_ report: TaskReport, _ claimed: ClaimedTask, logger: Logger) async throws {
        let settled = try await finishing { [context] in try await Settler(context: context).settle(report) }
        logger.info("task settled by poll", metadata: ["state": "\(report.state)", "settled": "\(settled)"])
    }

    private func settle(_ claimed: ClaimedTask, _ outcome: TaskOutcome, logger: Logger) async {
        do {
            let settled = try await finishing { [context] in
                try await context.store.settleTask(
                    taskId: claimed.task.id,
                    attempt: claimed.task.attempt,
                    outcome: outcome
                )
            }
            context.announce()
            logger.warning("task failed", metadata: ["settled": "\(settled)", "outcome": "\(outcome)"])
        } catch {
            logger.error("the end of a task could not be written", metadata: ["error": "\(error)"])
        }
    }

    private func logger(_ claimed: ClaimedTask) -> Logger {
        var logger = context.logger
        logger[metadataKey: "run"] = "\(claimed.run.id)"
        logger[metadataKey: "job"] = "\(claimed.job.id)"
        logger[metadataKey: "task"] = "\(claimed.task.id)"
        logger[metadataKey: "kind"] = "\(claimed.task.kind)"
        return logger
    }
}

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
    static let failureDelayMs = 2_000

    func drive(_ claimed: ClaimedTask) async {
        let logger = logger(claimed)
        do {
            let (store, leaseSeconds) = (context.store, context.configuration.taskLeaseSeconds)
            try await renewing(leaseSeconds: leaseSeconds) {
                try await store.renewTask(claimed.lease, leaseSeconds: leaseSeconds)
            } work: {
                try await step(claimed, logger: logger)
            }
        } catch let problem as Problem {
            await fail(claimed, problem, logger: logger)
        } catch let error as ArtifactError where !error.isRetryable {
            await fail(claimed, Problem(failure: error), logger: logger)
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
        // What waits for its place at a limited provider has not begun.
        let isInLine = task.state == .minted && task.dispatches == 0 && isLimited(provider)
        guard isInLine || context.now() < task.deadlineAt else {
            await provider.cancel(externalId: task.externalId ?? task.id)
            let words = task.problem.map { " It last said: \($0.detail)" } ?? ""
            throw Problem(
                .deadlineExceeded,
                detail: "Provider '\(provider.name)' did not end the task by "
                    + "\(Timestamp.format(task.deadlineAt)).\(words)"
            )
        }
        switch task.state {
        case .minted: try await dispatch(claimed, to: provider, reason: nil, logger: logger)
        case .submitUnknown: try await resolve(claimed, at: provider, logger: logger)
        default: try await poll(claimed, at: provider, logger: logger)
        }
    }

    /// `isNotTaken` says that a dispatch surely has not reached the provider; `pollFailures` how many polls have failed
    /// in a row where that is not one more than before.
    func postpone(
        _ claimed: ClaimedTask,
        delayMs: Int,
        problem: Problem?,
        isNotTaken: Bool = false,
        pollFailures: Int? = nil
    ) async throws {
        _ = try await finishing { [context] in
            try await context.store.taskDeferred(
                claimed.lease,
                delayMs: delayMs,
                problem: problem,
                isNotTaken: isNotTaken,
                pollFailures: pollFailures
            )
        }
    }

    /// The provider has no such task: it is dispatched anew under a new attempt, as often as that is allowed.
    func lose(_ claimed: ClaimedTask, problem: Problem, logger: Logger) async throws {
        logger.warning(
            "task lost by its provider",
            metadata: ["attempt": "\(claimed.task.attempt)", "reason": "\(problem.detail)"]
        )
        let advised = context.advised(problem, of: claimed.task.provider)
        _ = try await finishing { [context] in
            try await context.store.taskLost(claimed.lease, problem: advised)
        }
        context.announce()
    }

    func apply(
        _ report: TaskReport,
        _ claimed: ClaimedTask,
        by way: SettledBy,
        logger: Logger
    ) async throws {
        let settled = try await finishing { [context] in
            try await Settler(context: context).settle(report, isPolled: true, by: way)
        }
        logger.info("task settled by poll", metadata: ["state": "\(report.state)", "settled": "\(settled)"])
    }

    private func fail(_ claimed: ClaimedTask, _ problem: Problem, logger: Logger) async {
        let outcome = TaskOutcome.failed(
            context.advised(problem, of: claimed.task.provider),
            isRetryable: problem.retryable ?? false
        )
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

import Contracts
import Logging
import Pipeline
import Providers
import Store

extension TaskDriver {
    /// Asks the provider how the task is.
    func poll(_ claimed: ClaimedTask, at provider: any Provider, logger: Logger) async throws {
        let task = claimed.task
        switch await provider.poll(TaskReference(task), told: nil) {
        case .report(let report) where report.attempt == task.attempt || report.attempt == 0:
            if report.state.isTerminal { return try await apply(report, claimed, logger: logger) }
            let delayMs = provider.pollSchedule.delayMs(
                beforePoll: task.polls + 1,
                jitter: context.jitter()
            )
            _ = try await finishing { [context] in
                try await context.store.taskPolled(
                    claimed.lease,
                    progress: report.progress,
                    nextPollMs: delayMs,
                    isWaitingInLine: report.state == .queued
                )
            }
        case .made:
            throw Problem(.internalError, detail: "Nobody keeps what a provider made.", retryable: false)
        case .report, .forgotten:
            let problem = Problem(
                .providerLostTask,
                detail: "Provider '\(task.provider)' does not know the task any more."
            )
            try await lose(claimed, problem: problem, logger: logger)
        case .unreachable(let problem, let retryAfterMs):
            logger.warning("task not polled", metadata: ["reason": "\(problem.detail)"])
            let delayMs = provider.pollSchedule.delayMs(
                afterFailures: task.pollFailures + 1,
                jitter: context.jitter(),
                retryAfterMs: retryAfterMs
            )
            try await postpone(claimed, delayMs: delayMs, problem: problem)
        }
    }
}

import Contracts
import Logging
import Pipeline
import Providers
import Store

extension TaskDriver {
    /// Asks the provider how the task is.
    func poll(_ claimed: ClaimedTask, at provider: any Provider, logger: Logger) async throws {
        let task = claimed.task
        let schedule = schedule(of: claimed, at: provider)
        switch await provider.poll(TaskReference(task), told: nil) {
        case .report(let report) where report.attempt == task.attempt || report.attempt == 0:
            if report.state.isTerminal {
                return try await apply(report, claimed, by: .poll, logger: logger)
            }
            let delayMs = schedule.delayMs(
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
        case .made(let result):
            try await finish(result, claimed, by: .poll, at: provider, logger: logger)
        case .unusable(let problem): try await lack(problem, claimed, at: provider, logger: logger)
        case .report, .forgotten:
            let problem = Problem(
                .providerLostTask,
                detail: "Provider '\(task.provider)' does not know the task any more."
            )
            try await lose(claimed, problem: problem, logger: logger)
        case .unreachable(let problem, let retryAfterMs):
            logger.warning("task not polled", metadata: ["reason": "\(problem.detail)"])
            let delayMs = schedule.delayMs(
                afterFailures: task.pollFailures + 1,
                jitter: context.jitter(),
                retryAfterMs: retryAfterMs
            )
            try await postpone(claimed, delayMs: delayMs, problem: problem)
        }
    }

    /// When the provider is asked about a task of this length.
    func schedule(of claimed: ClaimedTask, at provider: any Provider) -> PollSchedule {
        guard let kind = ProviderTask.Kind(rawValue: claimed.task.kind) else { return provider.pollSchedule }
        return context.providers.pollSchedule(of: provider, for: kind, mediaMs: claimed.mediaMs)
    }

    /// What the provider says that it made cannot be had: its files may lag behind its word, so they are asked for a few
    /// times, and then the task has failed.
    private func lack(
        _ met: Problem,
        _ claimed: ClaimedTask,
        at provider: any Provider,
        logger: Logger
    ) async throws {
        let task = claimed.task
        let number = ResultTries.number(task)
        let problem = ResultTries.problem(met, of: task.provider, tries: number)
        guard number < ResultTries.countMax else {
            await provider.cancel(externalId: task.externalId ?? task.id)
            throw problem
        }
        logger.warning("what was made is not there", metadata: ["reason": "\(met.detail)"])
        let delayMs = schedule(of: claimed, at: provider).delayMs(
            afterFailures: number,
            jitter: context.jitter()
        )
        let pauseMs = ResultTries.pauseMs(after: number, firstMs: context.configuration.resultPauseMs)
        try await postpone(
            claimed,
            delayMs: max(delayMs, pauseMs),
            problem: problem,
            pollFailures: number
        )
    }

    /// Keeps what the provider made, and ends the task with it; what cannot be fetched now is asked for again.
    func finish(
        _ result: ProviderResult,
        _ claimed: ClaimedTask,
        by way: SettledBy,
        at provider: any Provider,
        logger: Logger
    ) async throws {
        do {
            let settle: @Sendable () async throws -> Settled = { [context] in
                try await Settler(context: context).settle(
                    result,
                    taskId: claimed.task.id,
                    attempt: claimed.task.attempt,
                    by: way
                )
            }
            // What came with the reply to a dispatch cannot be asked for again: it is kept even at the end.
            let settled = way == .submit ? try await finishing(settle) : try await settle()
            logger.info("task settled by what its provider made", metadata: ["settled": "\(settled)"])
        } catch let away as ResultAway where away.isLasting {
            try await lack(away.problem, claimed, at: provider, logger: logger)
        } catch let away as ResultAway {
            logger.warning("what was made cannot be fetched", metadata: ["reason": "\(away.problem.detail)"])
            let delayMs = schedule(of: claimed, at: provider).delayMs(
                afterFailures: claimed.task.pollFailures + 1,
                jitter: context.jitter()
            )
            try await postpone(claimed, delayMs: delayMs, problem: away.problem)
        }
    }
}

extension ClaimedTask {
    /// How long the media is that the task is about, as far as that is known.
    var mediaMs: Int? { output?.details.durationMs ?? run.asset?.media?.durationMs }
}

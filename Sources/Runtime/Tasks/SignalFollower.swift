import Contracts
import Foundation
import Logging
import Pipeline
import Providers
import Store

/// Follows a signal of a hosted provider: asks its adapter what the task has come to, and makes that so.
///
/// Nothing of a signal is applied by itself. What its adapter makes of it goes through the same transition as the
/// answer to a poll, so of two that tell of one end the first one counts, and a second, other end changes nothing.
struct SignalFollower: Sendable {
    /// How long a signal waits for the reply to the dispatch that caused it, or for a provider that cannot be asked.
    static let patienceSeconds: TimeInterval = 600
    static let delayMs = 5_000
    private static let externalIdBytesMax = 255

    let context: RuntimeContext
    let provider: any Provider
    let logger: Logger

    func follow(_ callback: CallbackRecord) async throws -> CallbackApplier.Outcome {
        guard let task = try await context.store.task(id: callback.taskId) else {
            return .result(.unknownAttempt)
        }
        guard !task.state.isTerminal else { return .result(.alreadySettled) }
        let told = ToldCallback(
            trust: callback.trust.flatMap { CallbackTrust(rawValue: $0) } ?? .capability,
            query: CallbackQuery(callback.query),
            body: [UInt8](callback.body)
        )
        // What it says of a job that was given up is no news of the one that there is. One that only has its provider
        // asked does so: another one about this attempt may not have been kept because this one waited.
        if let attempt = provider.attempt(told: told), attempt != task.attempt,
            told.isTheProvidersWord || task.externalId == nil
        {
            logger.info("a callback is about another attempt", metadata: ["attempt": "\(attempt)"])
            return .result(.staleAttempt)
        }
        let named = provider.externalId(told: told).flatMap { id in
            (1...Self.externalIdBytesMax).contains(id.utf8.count) ? id : nil
        }
        if let named, let known = task.externalId, named != known {
            logger.error(
                "a callback names another job of the provider",
                metadata: ["callback": "\(named)", "task": "\(known)"]
            )
            try await context.store.askAbout(taskId: task.id)
            return .result(.staleAttempt)
        }
        if let named, task.externalId == nil { try await adopt(named, task) }
        guard let externalId = task.externalId ?? named ?? (told.isTheProvidersWord ? task.id : nil) else {
            // The reply to the dispatch is on its way, and brings the id that can be asked about.
            return isPatient(callback) ? .later(delayMs: Self.delayMs) : .result(.progress)
        }
        let reference = TaskReference(
            taskId: task.id,
            attempt: task.attempt,
            externalId: externalId,
            outputId: task.outputId
        )
        return try await act(on: await provider.poll(reference, told: told), callback, task)
    }

    private func act(
        on answer: PollResult,
        _ callback: CallbackRecord,
        _ task: TaskRecord
    ) async throws -> CallbackApplier.Outcome {
        switch answer {
        case .made(let result):
            do {
                let settled = try await Settler(context: context).settle(
                    result,
                    taskId: task.id,
                    attempt: task.attempt,
                    by: .callback
                )
                return .result(CallbackResult(settled))
            } catch let away as ResultAway {
                // Polls ask for it again, and count that.
                if away.isLasting { return .result(.progress) }
                return later(callback, away.problem, retryAfterMs: nil)
            }
        case .report(var report):
            if report.attempt == 0 { report.attempt = task.attempt }
            guard report.attempt == task.attempt else { return .result(.staleAttempt) }
            guard report.state.isTerminal else {
                try await context.store.recordProgress(
                    taskId: task.id,
                    attempt: task.attempt,
                    progress: report.progress
                )
                return .result(.progress)
            }
            let ended = report
            let settled = try await finishing { [context] in
                try await Settler(context: context).settle(ended, isPolled: true, by: .callback)
            }
            return .result(CallbackResult(settled))
        case .unusable: return .result(.progress)
        case .forgotten:
            // Only a poll that nobody but the clock asked for ends a task as lost.
            try await context.store.askAbout(taskId: task.id)
            return .result(.progress)
        case .unreachable(let problem, let retryAfterMs):
            return later(callback, problem, retryAfterMs: retryAfterMs)
        }
    }

    private func later(
        _ callback: CallbackRecord,
        _ problem: Problem,
        retryAfterMs: Int?
    ) -> CallbackApplier.Outcome {
        guard isPatient(callback) else { return .setAside(problem) }
        logger.warning("callback not followed yet", metadata: ["reason": "\(problem.detail)"])
        return .later(delayMs: max(Self.delayMs, min(retryAfterMs ?? 0, PollSchedule.retryAfterMsMax)))
    }

    private func isPatient(_ callback: CallbackRecord) -> Bool {
        context.now().timeIntervalSince(callback.receivedAt) < Self.patienceSeconds
    }

    private func adopt(_ externalId: String, _ task: TaskRecord) async throws {
        let delayMs = provider.pollSchedule.delayMs(beforePoll: 0, jitter: context.jitter())
        let isAdopted = try await context.store.adoptExternalId(
            taskId: task.id,
            attempt: task.attempt,
            externalId: externalId,
            nextPollMs: delayMs
        )
        if isAdopted {
            logger.info("took on the id that a callback names", metadata: ["id": "\(externalId)"])
        }
    }
}

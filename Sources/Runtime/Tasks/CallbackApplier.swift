import Contracts
import Foundation
import Logging
import Providers
import Store
import Threads

/// Applies one stored callback, exactly once in effect: the transition behind it is guarded.
struct CallbackApplier: Sendable {
    let context: RuntimeContext

    func apply(_ callback: CallbackRecord) async {
        CrashPoint.callbackAfterClaim.pass()
        var logger = context.logger
        logger[metadataKey: "task"] = "\(callback.taskId)"
        logger[metadataKey: "callback"] = "\(callback.id)"
        do {
            switch try await outcome(of: callback, logger: logger) {
            case .later(let delayMs):
                _ = try await finishing { [context] in
                    try await context.store.deferCallback(callback, delayMs: delayMs)
                }
            case .result(let result):
                CrashPoint.callbackAfterApply.pass()
                _ = try await finishing { [context] in
                    try await context.store.finishCallback(callback, result: result)
                }
                CrashPoint.callbackAfterFinish.pass()
                logger.info("callback applied", metadata: ["result": "\(result.rawValue)"])
            case .setAside(let problem):
                _ = try await finishing { [context] in
                    try await context.store.quarantineCallback(callback, reason: problem.detail)
                }
                logger.warning("callback set aside", metadata: ["reason": "\(problem.detail)"])
            }
        } catch {
            // It stays in the inbox and is taken again when the lease runs out.
            logger.error("a callback could not be applied", metadata: ["error": "\(error)"])
        }
    }

    enum Outcome: Sendable {
        case result(CallbackResult)
        /// It cannot be understood: then the poll tells what really became of the task.
        case setAside(Problem)
        /// It is looked at once more.
        case later(delayMs: Int)
    }

    private func outcome(of callback: CallbackRecord, logger: Logger) async throws -> Outcome {
        guard let provider = context.providers[callback.provider] else {
            return .setAside(
                Problem(.unknownProvider, detail: "There is no provider '\(callback.provider)'.")
            )
        }
        switch provider.callbackMeaning {
        case .reports: return try await finishing { try await self.outcome(ofReport: callback, provider) }
        case .signals:
            let (store, leaseSeconds) = (context.store, context.configuration.callbackLeaseSeconds)
            return try await renewing(leaseSeconds: leaseSeconds) {
                try await store.renewCallback(callback, leaseSeconds: leaseSeconds)
            } work: {
                try await SignalFollower(context: context, provider: provider, logger: logger)
                    .follow(callback)
            }
        }
    }

    /// What it changed, or why it cannot be understood.
    private func outcome(
        ofReport callback: CallbackRecord,
        _ provider: any Provider
    ) async throws -> Outcome {
        var report: TaskReport
        do throws(Problem) {
            report = try provider.report(
                ofCallback: [UInt8](callback.body),
                taskId: callback.taskId,
                outputId: callback.outputId
            )
        } catch {
            return .setAside(error)
        }
        if report.attempt == 0 {
            guard let attempt = try await currentAttempt(of: callback, provider) else {
                return .result(.staleAttempt)
            }
            report.attempt = attempt
        }
        guard report.state.isTerminal else {
            try await context.store.recordProgress(
                taskId: report.taskId,
                attempt: report.attempt,
                progress: report.progress
            )
            return .result(.progress)
        }
        return .result(CallbackResult(try await Settler(context: context).settle(report, by: .callback)))
    }

    /// The attempt that a provider means which names the task by the id that it gave it; an older one lost this id.
    private func currentAttempt(of callback: CallbackRecord, _ provider: any Provider) async throws -> Int? {
        guard let task = try await context.store.task(id: callback.taskId) else { return nil }
        let subject = provider.subject(ofCallback: [UInt8](callback.body))
        return subject == nil || subject == task.externalId ? task.attempt : nil
    }
}

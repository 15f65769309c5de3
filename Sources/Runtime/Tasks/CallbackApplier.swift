import Contracts
import Foundation
import Logging
import Providers
import Store

/// Applies one stored callback, exactly once in effect: the transition behind it is guarded.
struct CallbackApplier: Sendable {
    let context: RuntimeContext

    func apply(_ callback: CallbackRecord) async {
        var logger = context.logger
        logger[metadataKey: "task"] = "\(callback.taskId)"
        logger[metadataKey: "callback"] = "\(callback.id)"
        do {
            let result = try await finishing { try await self.result(of: callback) }
            _ = try await finishing { [context] in
                try await context.store.finishCallback(
                    id: callback.id,
                    leaseToken: callback.leaseToken,
                    result: result
                )
            }
            logger.info("callback applied", metadata: ["result": "\(result)"])
        } catch {
            // It stays in the inbox and is taken again when the lease runs out.
            logger.error("a callback could not be applied", metadata: ["error": "\(error)"])
        }
    }

    private func result(of callback: CallbackRecord) async throws -> String {
        guard let provider = context.providers[callback.provider] else { return "unknown_provider" }
        let report: TaskReport
        do throws(Problem) {
            report = try provider.report(ofCallback: [UInt8](callback.body), taskId: callback.taskId)
        } catch {
            // The poll tells what really became of the task.
            return "unreadable: \(error.detail)"
        }
        guard report.state.isTerminal else {
            try await context.store.recordProgress(
                taskId: report.taskId,
                attempt: report.attempt,
                progress: report.progress
            )
            return "progress"
        }
        switch try await Settler(context: context).settle(report) {
        case .applied: return "applied"
        case .alreadySettled: return "already_settled"
        case .staleAttempt: return "stale_attempt"
        case .unknown: return "unknown_attempt"
        }
    }
}

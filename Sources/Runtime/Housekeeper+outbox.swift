import Logging
import Store
import Threads

/// What is forgotten of webhooks: each in steps that hold their locks for a moment only.
extension Housekeeper {
    func expireHeld() async throws {
        let expired = try await repeating(stepMax: Self.heldPerStepMax, passMax: Self.heldPerPassMax) {
            limit in
            try await store.expireHeldDeliveries(olderThanDays: policy.heldDays, limit: limit)
        }
        guard expired > 0 else { return }
        logger.info(
            "webhooks expired that waited for an endpoint",
            metadata: ["deliveries": "\(expired)", "days": "\(policy.heldDays)"]
        )
    }

    func removeDeletedEndpoints() async throws {
        let removed = try await repeating(
            stepMax: Self.deletedPerStepMax,
            passMax: Self.deletedPerPassMax
        ) { limit in
            try await store.removeDeletedEndpoints(limit: limit, rowsMax: Self.rowsPerStepMax)
        }
        if removed > 0 { logger.info("rows of deleted endpoints removed", metadata: ["rows": "\(removed)"]) }
    }

    func removePayloads() async throws {
        let removed = try await repeating(
            stepMax: Self.messagesPerStepMax,
            passMax: Self.messagesPerPassMax
        ) { limit in
            try await store.removePayloads(olderThanDays: policy.messagesDays, limit: limit)
        }
        if removed > 0 { logger.info("payloads removed", metadata: ["messages": "\(removed)"]) }
    }

    /// Goes on where the pass before ended: messages that stay must not keep it from those behind them.
    func removeMessages() async throws {
        var removed = 0
        _ = try await repeating(
            stepMax: Self.messagesPerStepMax,
            passMax: Self.messagesPerPassMax
        ) { limit in
            let step = try await store.removeMessages(
                olderThanDays: policy.deliveriesDays,
                after: messagesMark.withLock(\.self),
                limit: limit,
                rowsMax: Self.rowsPerStepMax
            )
            messagesMark.withLock { $0 = step.next }
            removed += step.removed
            // The next pass begins anew with those that stay.
            return step.next == nil ? 0 : step.lookedAt
        }
        if removed > 0 { logger.info("old messages removed", metadata: ["messages": "\(removed)"]) }
    }

    /// Takes steps of at most `stepMax` until one does nothing, or the pass has done enough; returns how much that was.
    private func repeating(
        stepMax: Int,
        passMax: Int,
        _ step: (Int) async throws -> Int
    ) async throws -> Int {
        var done = 0
        while done < passMax {
            let count = try await step(stepMax)
            done += count
            if count == 0 { break }
        }
        return done
    }
}

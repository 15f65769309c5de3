/// When a dispatched task is asked for its state.
///
/// Callbacks are the fast path; polling is the truth behind them. Pure: jitter comes in as a number in 0...1.
package struct PollSchedule: Sendable, Hashable {
    package let firstDelayMs: Int
    /// Of all delays but the first, which may be longer.
    package let delayMsMax: Int
    /// Growth of the delay from poll to poll.
    package let factor: Double
    /// From dispatch until the task counts as lost.
    package let deadlineMs: Int
    /// How long a dispatch whose outcome is not known is left alone, for a callback to come.
    package let unknownWaitMs: Int
    /// Share of a delay by which jitter may move it, up or down.
    package let jitterShare: Double

    /// Longest pause between polls of a provider that cannot be asked.
    package static let failureDelayMsMax = 60_000
    /// Longest wish of a provider to be left alone that is honoured.
    package static let retryAfterMsMax = 120_000

    package init(
        firstDelayMs: Int,
        delayMsMax: Int,
        factor: Double,
        deadlineMs: Int,
        unknownWaitMs: Int = 120_000,
        jitterShare: Double = 0.1
    ) {
        precondition(firstDelayMs > 0 && delayMsMax > 0 && factor >= 1 && deadlineMs > 0)
        precondition(unknownWaitMs >= 0 && (0...1).contains(jitterShare))
        self.firstDelayMs = firstDelayMs
        self.delayMsMax = delayMsMax
        self.factor = factor
        self.deadlineMs = deadlineMs
        self.unknownWaitMs = unknownWaitMs
        self.jitterShare = jitterShare
    }

    /// The embedded worker: near, cheap to ask, and the source of progress figures.
    package static let embedded = PollSchedule(
        firstDelayMs: 1_000,
        delayMsMax: 3_000,
        factor: 1.5,
        deadlineMs: 4 * 3_600_000
    )

    /// A renderer elsewhere that calls back: it is asked rarely.
    package static let remote = PollSchedule(
        firstDelayMs: 30_000,
        delayMsMax: 60_000,
        factor: 1.5,
        deadlineMs: 3_600_000
    )

    /// The same, but with no pause longer than this.
    package func asked(everyMs pauseMsMax: Int) -> PollSchedule {
        PollSchedule(
            firstDelayMs: min(firstDelayMs, pauseMsMax),
            delayMsMax: min(delayMsMax, pauseMsMax),
            factor: factor,
            deadlineMs: deadlineMs,
            unknownWaitMs: unknownWaitMs,
            jitterShare: jitterShare
        )
    }

    /// Delay before poll number `poll` (0 is the first), without jitter.
    package func delayMs(beforePoll poll: Int) -> Int {
        delayMs(from: firstDelayMs, steps: poll, max: delayMsMax)
    }

    /// Delay before poll number `poll` (0 is the first).
    package func delayMs(beforePoll poll: Int, jitter: Double) -> Int {
        spread(delayMs(beforePoll: poll), jitter)
    }

    /// Delay after so many polls in a row that brought no answer, at least 1.
    ///
    /// A provider that says when it wants to be asked again is not asked before, within limits.
    package func delayMs(afterFailures failures: Int, jitter: Double, retryAfterMs: Int? = nil) -> Int {
        let base = delayMs(
            from: delayMsMax,
            steps: failures - 1,
            max: max(delayMsMax, Self.failureDelayMsMax)
        )
        return max(spread(base, jitter), min(retryAfterMs ?? 0, Self.retryAfterMsMax))
    }

    private func delayMs(from first: Int, steps: Int, max limit: Int) -> Int {
        var delay = Double(first)
        for _ in 0..<min(max(steps, 0), 64) {
            delay *= factor
            if delay >= Double(limit) { return limit }
        }
        return Int(delay)
    }

    private func spread(_ delayMs: Int, _ jitter: Double) -> Int {
        Int((Double(delayMs) * (1 + jitterShare * (2 * min(max(jitter, 0), 1) - 1))).rounded())
    }
}

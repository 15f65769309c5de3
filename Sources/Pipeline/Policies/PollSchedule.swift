/// When a dispatched task is asked for its state.
///
/// Callbacks are the fast path; polling is the truth behind them.
package struct PollSchedule: Sendable, Hashable {
    package let firstDelayMs: Int
    package let delayMsMax: Int
    /// Growth of the delay from poll to poll.
    package let factor: Double
    /// From dispatch until the task counts as lost.
    package let deadlineMs: Int

    package init(firstDelayMs: Int, delayMsMax: Int, factor: Double, deadlineMs: Int) {
        precondition(firstDelayMs > 0 && delayMsMax >= firstDelayMs && factor >= 1 && deadlineMs > 0)
        self.firstDelayMs = firstDelayMs
        self.delayMsMax = delayMsMax
        self.factor = factor
        self.deadlineMs = deadlineMs
    }

    /// The embedded worker: near, cheap to ask, and the source of progress figures.
    package static let embedded = PollSchedule(
        firstDelayMs: 1_000,
        delayMsMax: 3_000,
        factor: 1.5,
        deadlineMs: 4 * 3_600_000
    )

    /// Delay before poll number `poll` (0 is the first).
    package func delayMs(beforePoll poll: Int) -> Int {
        var delay = Double(firstDelayMs)
        for _ in 0..<min(max(poll, 0), 64) {
            delay *= factor
            if delay >= Double(delayMsMax) { return delayMsMax }
        }
        return Int(delay)
    }
}

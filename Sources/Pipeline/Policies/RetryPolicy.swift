/// When a failed attempt is tried again.
///
/// Pure: jitter comes in as a number in 0...1.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included.
    package let attemptsMax: Int
    package let firstDelayMs: Int
    package let delayMsMax: Int
    /// Share of the delay by which jitter may move it, up or down.
    package let jitterShare: Double

    package init(attemptsMax: Int, firstDelayMs: Int, delayMsMax: Int, jitterShare: Double = 0.2) {
        precondition(attemptsMax > 0 && firstDelayMs >= 0 && delayMsMax >= firstDelayMs)
        precondition((0...1).contains(jitterShare))
        self.attemptsMax = attemptsMax
        self.firstDelayMs = firstDelayMs
        self.delayMsMax = delayMsMax
        self.jitterShare = jitterShare
    }

    /// Stages: three attempts, a second apart and growing.
    package static let stage = RetryPolicy(attemptsMax: 3, firstDelayMs: 1_000, delayMsMax: 60_000)
    /// Dispatching a task to a provider that is busy or away.
    package static let dispatch = RetryPolicy(attemptsMax: 40, firstDelayMs: 250, delayMsMax: 30_000)

    /// The same where another provider may be asked instead: half a minute.
    package static let dispatchBeforeFallback = RetryPolicy(
        attemptsMax: 7,
        firstDelayMs: 250,
        delayMsMax: 30_000
    )

    /// Delay before the attempt that follows `attempt` (1 is the first), or nil when there is none left.
    package func delayMs(after attempt: Int, jitter: Double, retryAfterMs: Int? = nil) -> Int? {
        guard attempt < attemptsMax else { return nil }
        let doublings = min(max(attempt - 1, 0), 30)
        let base = min(delayMsMax, firstDelayMs << doublings)
        let moved = Double(base) * (1 + jitterShare * (2 * min(max(jitter, 0), 1) - 1))
        return max(Int(moved.rounded()), min(retryAfterMs ?? 0, 120_000))
    }
}

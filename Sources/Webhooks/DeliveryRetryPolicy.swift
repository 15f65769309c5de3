/// When a message that an endpoint did not accept is sent again.
///
/// Pure: jitter comes in as a number in 0...1.
package struct DeliveryRetryPolicy: Sendable, Hashable {
    /// The pauses between attempts; there is one attempt more than pauses.
    package let delaysMs: [Int]

    /// Share of a pause by which jitter may move it, up or down.
    package let jitterShare: Double

    /// The longest pause that an endpoint may ask for.
    package let retryAfterMsMax: Int

    /// The shortest pause for an endpoint that has too much to do and does not say for how long.
    package let throttledMsMin: Int

    package init(
        delaysMs: [Int],
        jitterShare: Double = 0.2,
        retryAfterMsMax: Int = 24 * 3_600_000,
        throttledMsMin: Int = 0
    ) {
        precondition(delaysMs.allSatisfy { $0 >= 0 } && (0...1).contains(jitterShare))
        self.delaysMs = delaysMs
        self.jitterShare = jitterShare
        self.retryAfterMsMax = retryAfterMsMax
        self.throttledMsMin = throttledMsMin
    }

    /// Eleven attempts over a little more than three days.
    package static let standard = DeliveryRetryPolicy(
        delaysMs: [
            5_000, 60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 5 * 3_600_000, 10 * 3_600_000,
            14 * 3_600_000, 20 * 3_600_000, 24 * 3_600_000,
        ],
        throttledMsMin: 60_000
    )

    package var attemptsMax: Int { delaysMs.count + 1 }

    /// The pause after attempt `attempt` (1 is the first), or nil when it was the last.
    ///
    /// What the endpoint asked for can only make the pause longer, to a limit.
    package func delayMs(
        after attempt: Int,
        jitter: Double,
        retryAfterMs: Int? = nil,
        isThrottled: Bool = false
    ) -> Int? {
        guard attempt >= 1, attempt <= delaysMs.count else { return nil }
        let share = jitterShare * (2 * min(max(jitter, 0), 1) - 1)
        let moved = Int((Double(delaysMs[attempt - 1]) * (1 + share)).rounded())
        let asked = retryAfterMs ?? (isThrottled ? throttledMsMin : 0)
        return max(moved, min(asked, retryAfterMsMax))
    }
}

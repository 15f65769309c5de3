/// Clock and pauses of a hosted editor; tests have their own.
package struct EditorPace: Sendable {
    /// Milliseconds of a clock that never goes back.
    package let now: @Sendable () -> Int
    /// Throws when the task is cancelled.
    package let pause: @Sendable (_ milliseconds: Int) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Int,
        pause: @escaping @Sendable (_ milliseconds: Int) async throws -> Void
    ) {
        self.now = now
        self.pause = pause
    }

    private static let start = ContinuousClock.now

    package static let real = EditorPace(
        now: {
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            return Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        },
        pause: { try await Task.sleep(for: .milliseconds($0)) }
    )

    /// How long to wait before the try that follows `attempt` (1 is the first).
    static func delayMs(after attempt: Int, retryAfterMs: Int?) -> Int {
        let own = min(delayMsMax, delayMsFirst << min(max(attempt - 1, 0), 10))
        return max(own, min(retryAfterMs ?? 0, retryAfterMsMax))
    }

    private static let delayMsFirst = 500
    private static let delayMsMax = 8_000
    private static let retryAfterMsMax = 120_000
}

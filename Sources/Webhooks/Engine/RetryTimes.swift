/// When deliveries are to be tried again, as far as that is soon.
///
/// They are only hints to look into the table in time; it is looked into now and then anyway.
struct RetryTimes: Sendable {
    /// What is later than this is left to the other looks.
    private static let aheadMsMax = 60_000
    /// Times that lie so close together are one.
    private static let stepMs = 50

    private var steps: Set<Int> = []

    mutating func add(afterMs delay: Int, now: Int) {
        guard delay <= Self.aheadMsMax else { return }
        // Rounded up, so that it is due by then.
        steps.insert((now + delay) / Self.stepMs + 1)
    }

    /// The next time, or nil.
    var next: Int? { steps.min().map { $0 * Self.stepMs } }

    /// Forgets the times that have come.
    mutating func pass(now: Int) {
        guard let next, next <= now else { return }
        steps = steps.filter { $0 * Self.stepMs > now }
    }
}

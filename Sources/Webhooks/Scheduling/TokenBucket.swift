/// So many a second, with a small burst.
///
/// Times are milliseconds of any clock that never goes back.
struct TokenBucket: Sendable, Hashable {
    private(set) var ratePerSecond: Int
    private var tokens: Double
    private var filledAt: Int

    init(ratePerSecond: Int, now: Int) {
        self.ratePerSecond = max(ratePerSecond, 1)
        tokens = 1
        filledAt = now
    }

    /// A tenth of a second's worth, so that a second never brings many more than the rate.
    private var burst: Double { max(1, Double(ratePerSecond) / 10) }

    mutating func setRate(_ rate: Int, now: Int) {
        fill(now)
        ratePerSecond = max(rate, 1)
    }

    /// When the next may go; not later than `now` when it may go at once.
    mutating func readyAt(now: Int) -> Int {
        fill(now)
        guard tokens < 1 else { return now }
        return now + Int(((1 - tokens) * 1_000 / Double(ratePerSecond)).rounded(.up))
    }

    mutating func take(now: Int) {
        fill(now)
        tokens -= 1
    }

    private mutating func fill(_ now: Int) {
        guard now > filledAt else { return }
        tokens = min(burst, tokens + Double(now - filledAt) * Double(ratePerSecond) / 1_000)
        filledAt = now
    }
}

/// The requests that one API key may still make: `capacity` at once, and `perSecond` again in every second.
struct TokenBucket: Sendable {
    private let capacity: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    init(capacity: Int, perSecond: Int, now: ContinuousClock.Instant) {
        self.capacity = Double(capacity)
        self.perSecond = Double(perSecond)
        tokens = Double(capacity)
        filledAt = now
    }

    /// Takes a token if there is one.
    mutating func take(at now: ContinuousClock.Instant) -> RateDecision {
        fill(now)
        let isAllowed = tokens >= 1
        if isAllowed { tokens -= 1 }
        return RateDecision(
            isAllowed: isAllowed,
            limit: Int(capacity),
            remaining: Int(tokens),
            resetSeconds: Int(((capacity - tokens) / perSecond).rounded(.up)),
            retryAfterSeconds: max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
        )
    }

    /// Whether nothing is lost when it is forgotten.
    mutating func isFull(at now: ContinuousClock.Instant) -> Bool {
        fill(now)
        return tokens >= capacity
    }

    private mutating func fill(_ now: ContinuousClock.Instant) {
        let seconds = max(Duration.zero, now - filledAt) / .seconds(1)
        tokens = min(capacity, tokens + seconds * perSecond)
        filledAt = now
    }
}

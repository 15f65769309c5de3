import Threads

/// The token buckets of all API keys that were used lately, in this process.
final class RateLimiter: Sendable {
    /// More are only kept while their keys are in use.
    private static let bucketsMax = 10_000

    private let capacity: Int
    private let perSecond: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Locked<[String: TokenBucket]>([:])

    init(
        capacity: Int,
        perSecond: Int,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.capacity = max(1, capacity)
        self.perSecond = max(1, perSecond)
        self.now = now
    }

    /// Counts one request of a key.
    func take(keyId: String) -> RateDecision {
        let now = now()
        return buckets.withLock { buckets in
            if buckets.count >= Self.bucketsMax { Self.forgetFull(&buckets, now: now) }
            var bucket =
                buckets[keyId] ?? TokenBucket(capacity: capacity, perSecond: perSecond, now: now)
            defer { buckets[keyId] = bucket }
            return bucket.take(at: now)
        }
    }

    private static func forgetFull(
        _ buckets: inout [String: TokenBucket],
        now: ContinuousClock.Instant
    ) {
        buckets = buckets.filter { entry in
            var bucket = entry.value
            return !bucket.isFull(at: now)
        }
    }
}

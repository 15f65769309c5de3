/// What a key's token bucket says to one request.
struct RateDecision: Sendable, Hashable {
    let isAllowed: Bool
    /// Requests that may come at once.
    let limit: Int
    /// Requests that may come now.
    let remaining: Int
    /// Until the whole limit is there again.
    let resetSeconds: Int
    /// Until the next request is taken, for one that was refused.
    let retryAfterSeconds: Int
}

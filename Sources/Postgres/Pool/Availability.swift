/// Whether the server of a pool is there.
package enum Availability: Sendable, Hashable {
    /// No session can be had; work is refused at once, until a probe succeeds.
    case lost(String)
    /// It is there again.
    case regained(afterMilliseconds: Int)
}

/// What a pool knows of its server.
struct Circuit: Sendable {
    /// Since when the server is away; nil while it is there.
    private(set) var awaySince: ContinuousClock.Instant?
    private(set) var reason = ""
    /// When the server last showed that it is there, to one who asked.
    private(set) var confirmedAt: ContinuousClock.Instant?

    var isOpen: Bool { awaySince != nil }

    /// The server cannot be reached; what there is to tell, when that is new.
    mutating func lose(_ error: PostgresError, now: ContinuousClock.Instant) -> Availability? {
        reason = error.description
        guard awaySince == nil else { return nil }
        awaySince = now
        return .lost(reason)
    }

    /// The server has answered; what there is to tell, when that is new.
    mutating func confirm(now: ContinuousClock.Instant) -> Availability? {
        confirmedAt = now
        guard let since = awaySince else { return nil }
        awaySince = nil
        return .regained(afterMilliseconds: Int((now - since) / .milliseconds(1)))
    }

    /// Whether a statement that began then lets one doubt that the server is there.
    func isDoubtful(startedAt: ContinuousClock.Instant, now: ContinuousClock.Instant, limit: Duration) -> Bool
    {
        now - max(startedAt, confirmedAt ?? startedAt) >= limit
    }
}

/// Why a piece of work failed, as far as what follows depends on it.
package enum FailureClass: String, Sendable, Hashable, CaseIterable, Codable {
    /// The provider is well, but has no room now.
    case busy
    /// The provider, or the source's server, does not answer or is broken.
    case away
    /// The provider will not do the work.
    case refused
    /// The work did not end by its time.
    case timedOut = "timed_out"
    /// The provider does not know the work any more.
    case lost
    /// The work broke: a crash, too little memory; the same again may pass.
    case broken
    /// What came back breaks its contract, or is not there.
    case badResult = "bad_result"
    /// A mistake or a fault of the gateway itself.
    case ours
    /// What was asked for cannot be done with this source or these options.
    case badInput = "bad_input"
}

/// A failure, with all that decides whether and when the work is tried again.
package struct Failure: Sendable, Hashable {
    package let kind: FailureClass
    /// Whether trying the same again can help.
    package let isRetryable: Bool
    /// How long the provider wants to be left alone.
    package let retryAfterMs: Int?

    package init(_ kind: FailureClass, isRetryable: Bool, retryAfterMs: Int? = nil) {
        self.kind = kind
        self.isRetryable = isRetryable
        self.retryAfterMs = retryAfterMs
    }

    /// Delay before the attempt that follows `attempt` (1 is the first), or nil when the failure is final.
    package func delayMs(after attempt: Int, jitter: Double) -> Int? {
        guard isRetryable else { return nil }
        return RetryPolicy.of(kind).delayMs(after: attempt, jitter: jitter, retryAfterMs: retryAfterMs)
    }
}

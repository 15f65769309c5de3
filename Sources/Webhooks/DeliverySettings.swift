package import OutboundHTTP

/// How much the engine does at once, and how often it tries.
package struct DeliverySettings: Sendable, Hashable {
    /// Attempts under way at once.
    package var inFlightMax: Int

    /// Of these, for one endpoint; one only while it is slow.
    package var inFlightPerEndpointMax: Int

    /// Of all, for endpoints whose last attempt ran into its time limit.
    package var inFlightSlowMax: Int

    /// How long a claim holds.
    ///
    /// It covers a wait for another attempt and an attempt.
    package var leaseSeconds: Int

    /// The longest rest between two looks at what is due.
    package var pollMs: Int
    package var policy: DeliveryRetryPolicy

    /// How long one attempt may take.
    package var timeouts: TransferTimeouts

    package init(
        inFlightMax: Int = 64,
        inFlightPerEndpointMax: Int = 4,
        inFlightSlowMax: Int = 16,
        leaseSeconds: Int = 60,
        pollMs: Int = 1000,
        policy: DeliveryRetryPolicy = .standard,
        timeouts: TransferTimeouts = WebhookMessage.timeouts
    ) {
        self.inFlightMax = inFlightMax
        self.inFlightPerEndpointMax = inFlightPerEndpointMax
        self.inFlightSlowMax = inFlightSlowMax
        self.leaseSeconds = leaseSeconds
        self.pollMs = pollMs
        self.policy = policy
        self.timeouts = timeouts
        precondition(waitSecondsMax > 0)
    }

    /// How long a claimed delivery may wait for its turn, so that its attempt still ends within the lease.
    var waitSecondsMax: Int {
        let attemptSeconds = (timeouts.totalMilliseconds ?? WebhookMessage.attemptSecondsMax * 1_000) / 1_000
        return leaseSeconds - attemptSeconds - max(leaseSeconds / Self.slackShare, 1)
    }

    /// The part of a lease, as its divisor, that is left for writing an attempt down.
    private static let slackShare = 12

    var lanes: LaneLimits {
        LaneLimits(
            inFlightMax: inFlightMax,
            inFlightPerEndpointMax: inFlightPerEndpointMax,
            inFlightSlowMax: inFlightSlowMax
        )
    }
}

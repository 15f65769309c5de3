package import OutboundHTTP

/// How much the engine does at once, and how often it tries.
package struct DeliverySettings: Sendable, Hashable {
    /// Attempts under way at once; slow endpoints share a fifth of them.
    package var inFlightMax: Int

    /// Of these, for one endpoint whose owner has set no other number; one only while it is slow.
    package var inFlightPerEndpointMax: Int

    /// How long a lease holds.
    ///
    /// It covers a wait for a turn and an attempt.
    package var leaseSeconds: Int

    /// The longest rest between two looks into the table.
    package var pollMs: Int

    /// The shortest rest between two looks into the table.
    package var pollPauseMs: Int
    package var policy: DeliveryRetryPolicy

    /// The first pause between two tries to write an attempt down.
    package var recordPauseMs: Int

    /// How long one attempt may take.
    package var timeouts: TransferTimeouts

    package init(
        inFlightMax: Int = 256,
        inFlightPerEndpointMax: Int = 10,
        leaseSeconds: Int = 60,
        pollMs: Int = 1000,
        pollPauseMs: Int = 20,
        policy: DeliveryRetryPolicy = .standard,
        recordPauseMs: Int = 200,
        timeouts: TransferTimeouts = WebhookMessage.timeouts
    ) {
        self.inFlightMax = inFlightMax
        self.inFlightPerEndpointMax = inFlightPerEndpointMax
        self.leaseSeconds = leaseSeconds
        self.pollMs = pollMs
        self.pollPauseMs = pollPauseMs
        self.policy = policy
        self.recordPauseMs = recordPauseMs
        self.timeouts = timeouts
        precondition(waitSecondsMax > 0)
    }

    /// What the client that the engine sends with must be able to do at once.
    package var clientLimits: ClientLimits {
        ClientLimits(
            transfersInFlightMax: schedule.inFlightHardMax,
            // Endpoints of many tenants may be on one host; each has its own limit here.
            connectionsPerHostMax: 0,
            connectionsIdleMax: schedule.inFlightHardMax
        )
    }

    /// How long a leased delivery may wait for its turn, so that its attempt still ends within the lease.
    var waitSecondsMax: Int {
        let attemptSeconds = (timeouts.totalMilliseconds ?? WebhookMessage.attemptSecondsMax * 1_000) / 1_000
        return leaseSeconds - attemptSeconds - max(leaseSeconds / Self.slackShare, 1)
    }

    /// The part of a lease, as its divisor, that is left for writing an attempt down.
    private static let slackShare = 12

    var schedule: ScheduleLimits {
        var limits = ScheduleLimits()
        limits.inFlightMax = inFlightMax
        limits.inFlightPerEndpointMax = inFlightPerEndpointMax
        limits.waitMsMax = waitSecondsMax * 1_000
        return limits
    }
}

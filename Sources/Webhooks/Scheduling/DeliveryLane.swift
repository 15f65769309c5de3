/// What is known of one endpoint, and what waits for it in its order.
struct DeliveryLane<Item: Sendable>: Sendable {
    struct Entry: Sendable {
        let item: Item
        let bytes: Int
        /// Of the endpoint as it was then.
        let version: Int
        /// When it came.
        let since: Int
    }

    let tenantId: String
    /// Of the endpoint as its owner has set it last.
    private(set) var version: Int
    var waiting = FIFO<Entry>()
    /// Places that are set aside.
    var reserved = 0
    var inFlight = 0
    /// Of these, without an answer for longer than is patient.
    var overdue = 0
    /// Its last attempt ran into its time limit.
    var isSlow = false
    /// It has answered, and went on to.
    var isProven = false
    /// The table has more that is due, which goes first.
    var isBehind = false
    /// More was put into the table since it was last asked.
    var isSpilledAnew = false
    /// Answers that disable it and are still to be written down.
    var bars = 0
    /// Takes part in the turns of the ring that it belongs to.
    var isSeated = false
    /// Not before this, for its rate or its breaker.
    var parkedUntil: Int?
    var inFlightMax: Int?
    var bucket: TokenBucket?
    var breaker = CircuitBreaker()

    init(tenantId: String, version: Int = 0) {
        self.tenantId = tenantId
        self.version = version
    }

    /// Forgets what attempts have told: its owner has changed it since.
    mutating func renew(version: Int) {
        self.version = version
        isSlow = false
        isProven = false
        breaker = CircuitBreaker()
    }

    /// It has its turns among the slow ones.
    var isLate: Bool { isSlow || overdue > 0 }

    var isIdle: Bool { waiting.isEmpty && reserved == 0 && inFlight == 0 && bars == 0 }

    /// Nothing of it would be lost by forgetting it.
    var isPlain: Bool { !isSlow && !isBehind && breaker.state == .closed }

    /// Nothing but a probe is to go to it now.
    var isDown: Bool { isSlow || bars > 0 || breaker.state != .closed }

    mutating func note(_ result: AttemptResult, now: Int) {
        switch result {
        case .accepted, .refused:
            isSlow = false
            isProven = true
        case .acceptedSlowly, .timedOut:
            isSlow = true
            isProven = false
        case .unreachable: isProven = false
        case .abandoned: return
        }
        breaker.note(isFailure: result != .accepted && result != .acceptedSlowly, now: now)
    }

    func cap(_ limits: ScheduleLimits) -> Int {
        let own = inFlightMax ?? limits.inFlightPerEndpointMax
        if isSlow { return 1 }
        if !isProven { return min(own, limits.inFlightUnprovenMax) }
        return overdue > 0 ? max(1, own / 2) : own
    }

    /// How many may wait in memory, as far as its rate allows.
    func waitingMax(_ limits: ScheduleLimits) -> Int {
        guard let bucket else { return limits.itemsPerEndpointMax }
        return min(limits.itemsPerEndpointMax, max(1, bucket.ratePerSecond * limits.rateWaitSecondsMax))
    }

    /// How many may be taken from the table for it now.
    func claimable(_ limits: ScheduleLimits, now: Int) -> Int {
        guard bars == 0 else { return 0 }
        let allowance = breaker.allowance(now: now)
        let held = inFlight + waiting.count + reserved
        if isLate || allowance != .max { return max(0, min(cap(limits), allowance) - held) }
        return max(0, min(waitingMax(limits), limits.itemsPerEndpointMax / 2) - waiting.count - reserved)
    }
}

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
    /// What goes before all else, also while it is down.
    var urgent = FIFO<Entry>()
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

    var isIdle: Bool { held == 0 && inFlight == 0 && bars == 0 }

    /// What waits, or has its place.
    var held: Int { waiting.count + urgent.count + reserved }

    /// What goes next.
    var first: Entry? { urgent.first ?? waiting.first }

    /// What has waited for the longest, of what goes next in its kind.
    var oldest: Entry? {
        guard let urgent = urgent.first else { return waiting.first }
        guard let waiting = waiting.first else { return urgent }
        return urgent.since < waiting.since ? urgent : waiting
    }

    mutating func popFirst() -> Entry? { urgent.isEmpty ? waiting.popFirst() : urgent.popFirst() }

    /// Nothing of it would be lost by forgetting it.
    var isPlain: Bool { !isSlow && !isBehind && breaker.state == .closed }

    /// Nothing but a probe is to go to it now.
    var isDown: Bool { isSlow || bars > 0 || breaker.state != .closed }

    mutating func note(_ result: AttemptResult, isUrgent: Bool = false, now: Int) {
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
        let isFailure = result != .accepted && result != .acceptedSlowly
        // It was sent though the breaker was open, so it tells that the endpoint is well again.
        if isUrgent, !isFailure { breaker = CircuitBreaker() }
        breaker.note(isFailure: isFailure, now: now)
    }

    /// How many attempts there may be with the next.
    func allowance(_ limits: ScheduleLimits, now: Int) -> Int {
        guard urgent.isEmpty else { return inFlightMax ?? limits.inFlightPerEndpointMax }
        return min(cap(limits), breaker.allowance(now: now))
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
        if isLate || allowance != .max { return max(0, min(cap(limits), allowance) - inFlight - held) }
        return max(0, min(waitingMax(limits), limits.itemsPerEndpointMax / 2) - held)
    }

    /// How many urgent ones may be taken from the table for it now, whatever else may.
    func urgentClaimable(_ limits: ScheduleLimits) -> Int {
        bars == 0 ? max(0, limits.urgentPerEndpointMax - urgent.count) : 0
    }
}

/// Which delivery goes out when: in turns of tenants and endpoints, within the limits of each endpoint and of memory.
///
/// Pure: times are milliseconds that are given to it, of any clock that never goes back. The engine keeps it behind a
/// lock and makes the attempts that it says.
struct DeliverySchedule<Item: Sendable>: Sendable {
    typealias Lane = DeliveryLane<Item>

    /// Names one attempt that is under way.
    struct Ticket: Sendable, Hashable {
        let number: Int
    }

    struct Start: Sendable {
        let ticket: Ticket
        let item: Item
        let begunAt: Int
        /// When its lease began.
        let leasedAt: Int
    }

    /// What an endpoint's owner has set.
    struct Terms: Sendable, Hashable {
        var endpointId: String
        var tenantId: String
        /// Greater after each change.
        var version = 0
        var inFlightMax: Int?
        var ratePerSecond: Int?
    }

    struct Flight: Sendable {
        let endpointId: String
        let bytes: Int
        /// Of the endpoint as the attempt knows it.
        let version: Int
        let isUrgent: Bool
        let startedAt: Int
        var isOverdue = false
    }

    let limits: ScheduleLimits
    var lanes: [String: Lane] = [:]
    var quick = FairRing()
    var late = FairRing()
    var flights: [Ticket: Flight] = [:]
    /// In the order of their beginning; some have ended.
    var begun = FIFO<Ticket>()
    var lastTicket = 0
    /// Of the attempts under way, those at slow endpoints.
    var inFlightLate = 0
    /// Endpoints that wait for a time.
    var parked: Set<String> = []
    /// The first of these times.
    var parkedUntil = Int.max
    /// Not before this has anything waited for too long.
    private var staleFrom = Int.max

    /// Deliveries in memory: set aside, waiting or under way.
    private(set) var count = 0
    private(set) var bytes = 0
    private var perTenant: [String: Int] = [:]
    /// Attempts that have ended and are still to be written down.
    var unwritten = 0
    /// Deliveries that are to go back to the table.
    private var surrendered: [Item] = []

    init(limits: ScheduleLimits) { self.limits = limits }

    var inFlight: Int { flights.count }
    var isEmpty: Bool { count == 0 }
    /// So much is still to be written down that nothing more is to begin.
    var isBehindOnRecords: Bool { unwritten >= limits.unwrittenMax }

    // MARK: Taking deliveries in

    /// Sets a place aside; false when there is none, or the endpoint is not simply well, which one that `isUrgent` does
    /// not ask for.
    mutating func reserve(_ terms: Terms, bytes: Int, isUrgent: Bool = false, now: Int) -> Bool {
        guard !isBehindOnRecords, count < limits.itemsMax, self.bytes + bytes <= limits.bytesMax,
            perTenant[terms.tenantId, default: 0] < limits.itemsPerTenantMax
        else { return false }
        note(terms, now: now)
        guard let lane = lanes[terms.endpointId], lane.bars == 0, lane.held < lane.waitingMax(limits),
            isUrgent || !lane.isLate && !lane.isBehind && lane.breaker.state == .closed
        else { return false }
        lanes[terms.endpointId]?.reserved += 1
        hold(terms.tenantId, bytes)
        return true
    }

    /// Endpoints for which no place would be set aside now, up to a limit.
    var unwell: [String] {
        lanes.lazy.filter { $0.value.isLate || $0.value.isBehind || $0.value.isDown }.prefix(limits.unwellMax)
            .map(\.key)
    }

    mutating func release(_ terms: Terms, bytes: Int) {
        guard lanes[terms.endpointId] != nil else { return }
        lanes[terms.endpointId]?.reserved -= 1
        drop(terms.tenantId, bytes)
        forgetIfIdle(terms.endpointId)
    }

    /// Takes a delivery that is committed, or claimed.
    mutating func admit(
        _ item: Item,
        _ terms: Terms,
        bytes: Int,
        isReserved: Bool,
        isUrgent: Bool = false,
        now: Int
    ) {
        note(terms, now: now)
        if isReserved {
            lanes[terms.endpointId]?.reserved -= 1
        } else {
            hold(terms.tenantId, bytes)
        }
        let entry = Lane.Entry(item: item, bytes: bytes, version: terms.version, since: now)
        if isUrgent {
            lanes[terms.endpointId]?.urgent.append(entry)
        } else {
            lanes[terms.endpointId]?.waiting.append(entry)
        }
        staleFrom = min(staleFrom, now + limits.waitMsMax)
        seat(terms.endpointId)
    }

    /// Remembers an endpoint with what its owner has set.
    private mutating func note(_ terms: Terms, now: Int) {
        let id = terms.endpointId
        if let known = lanes[id]?.version, known < terms.version { renew(id, version: terms.version) }
        if lanes[id] == nil { lanes[id] = Lane(tenantId: terms.tenantId, version: terms.version) }
        if lanes[id]?.inFlightMax != terms.inFlightMax { lanes[id]?.inFlightMax = terms.inFlightMax }
        guard lanes[id]?.bucket?.ratePerSecond != terms.ratePerSecond else { return }
        guard let rate = terms.ratePerSecond else {
            lanes[id]?.bucket = nil
            return
        }
        if lanes[id]?.bucket == nil {
            lanes[id]?.bucket = TokenBucket(ratePerSecond: rate, now: now)
        } else {
            lanes[id]?.bucket?.setRate(rate, now: now)
        }
    }

    private mutating func hold(_ tenantId: String, _ size: Int) {
        count += 1
        bytes += size
        perTenant[tenantId, default: 0] += 1
    }

    /// How many deliveries of a tenant are in memory.
    func held(ofTenant id: String) -> Int { perTenant[id] ?? 0 }

    mutating func drop(_ tenantId: String, _ size: Int) {
        count -= 1
        bytes -= size
        let left = (perTenant[tenantId] ?? 1) - 1
        perTenant[tenantId] = left > 0 ? left : nil
    }

    // MARK: Giving deliveries back

    /// Deliveries that are to go back to the table, once; those that were given up first come first.
    mutating func takeSurrendered(max: Int = .max) -> [Item] {
        defer { surrendered.removeFirst(min(max, surrendered.count)) }
        return Array(surrendered.prefix(max))
    }

    /// Gives back what was begun and not attempted.
    mutating func takeBack(_ start: Start, now: Int) {
        guard flights[start.ticket] != nil else { return }
        end(start.ticket, .abandoned, now: now)
        surrendered.append(start.item)
    }

    /// Gives back what waits for an endpoint, but what is urgent if that is to be kept.
    mutating func surrender(_ endpointId: String, keepsUrgent: Bool = false) {
        guard let tenantId = lanes[endpointId]?.tenantId else { return }
        let urgent = keepsUrgent ? [] : lanes[endpointId]?.urgent.removeAll() ?? []
        let entries = urgent + (lanes[endpointId]?.waiting.removeAll() ?? [])
        guard !entries.isEmpty else { return }
        lanes[endpointId]?.isBehind = true
        for entry in entries {
            drop(tenantId, entry.bytes)
            surrendered.append(entry.item)
        }
        forgetIfIdle(endpointId)
    }

    /// What waits first at each endpoint, where it has waited for so long.
    func waiting(forMs age: Int, now: Int) -> [Item] {
        lanes.values.compactMap { lane in
            lane.oldest.flatMap { now - $0.since >= age ? $0.item : nil }
        }
    }

    /// Gives back all that has not begun.
    mutating func surrenderAll() {
        for endpointId in lanes.keys.sorted() { surrender(endpointId) }
    }

    /// Gives back what has waited so long that its lease may run out in the middle of an attempt.
    ///
    /// All endpoints are looked at only when there may be something, and not again at once: what becomes stale
    /// meanwhile is not begun either.
    mutating func surrenderStale(now: Int) {
        guard now >= staleFrom else { return }
        var oldest = Int.max
        for (endpointId, lane) in lanes {
            guard let first = lane.oldest else { continue }
            if isStale(first, now: now) { surrender(endpointId) } else { oldest = min(oldest, first.since) }
        }
        staleFrom = oldest == .max ? .max : max(oldest + limits.waitMsMax, now + limits.staleLookMs)
    }

    func isStale(_ entry: Lane.Entry, now: Int) -> Bool { now - entry.since >= limits.waitMsMax }

    mutating func forgetIfIdle(_ endpointId: String) {
        guard lanes.count > limits.lanesMax, let lane = lanes[endpointId], lane.isIdle else { return }
        guard lane.isPlain || lanes.count > 2 * limits.lanesMax else { return }
        if lane.isSeated { ring(isLate: lane.isLate) { $0.remove(endpointId, of: lane.tenantId) } }
        parked.remove(endpointId)
        lanes[endpointId] = nil
    }
}

/// Which claimed deliveries may run now: so many in all, so many for one endpoint, and few for slow endpoints.
///
/// Pure: the engine keeps it behind a lock and starts what it returns.
struct DeliveryLanes<Item: Sendable>: Sendable {
    private struct Lane: Sendable {
        var inFlight = 0
        var waiting: [Item] = []
        var isSlow = false
    }

    let limits: LaneLimits
    private var lanes: [String: Lane] = [:]
    private(set) var inFlight = 0
    private var inFlightSlow = 0
    private var waitingCount = 0

    /// Slow endpoints that are remembered while nothing of theirs is under way.
    private static var slowRememberedMax: Int { 10_000 }

    init(limits: LaneLimits) { self.limits = limits }

    /// How many more deliveries may be claimed.
    var freeSlots: Int { max(0, limits.inFlightMax - inFlight - waitingCount) }

    var isIdle: Bool { inFlight == 0 && waitingCount == 0 }

    /// Endpoints for which nothing more may be claimed now.
    var closedEndpoints: [String] {
        lanes.compactMap { endpoint, lane in
            let isFull = lane.inFlight >= cap(lane) || !lane.waiting.isEmpty
            let isShutOut = lane.isSlow && inFlightSlow >= limits.inFlightSlowMax
            return isFull || isShutOut ? endpoint : nil
        }
    }

    /// Takes claimed items and returns those to start.
    mutating func admit(_ items: [(endpoint: String, item: Item)]) -> [Item] {
        for (endpoint, item) in items {
            lanes[endpoint, default: Lane()].waiting.append(item)
            waitingCount += 1
        }
        var started: [Item] = []
        var seen: Set<String> = []
        for (endpoint, _) in items where seen.insert(endpoint).inserted { started += startWaiting(endpoint) }
        return started
    }

    /// Notes that an item of `endpoint` has ended, and returns those to start in its place.
    mutating func finish(_ endpoint: String, isSlow: Bool) -> [Item] {
        guard var lane = lanes[endpoint] else { return [] }
        lane.inFlight -= 1
        inFlight -= 1
        if lane.isSlow { inFlightSlow -= 1 }
        // What is still under way changes lanes with its endpoint.
        inFlightSlow += (isSlow ? lane.inFlight : 0) - (lane.isSlow ? lane.inFlight : 0)
        lane.isSlow = isSlow
        lanes[endpoint] = lane
        let started = startWaiting(endpoint)
        forgetIfIdle(endpoint)
        return started
    }

    /// Drops what has not started; its leases run out and it is claimed again.
    mutating func dropWaiting() {
        for endpoint in Array(lanes.keys) {
            waitingCount -= lanes[endpoint]?.waiting.count ?? 0
            lanes[endpoint]?.waiting.removeAll()
            forgetIfIdle(endpoint)
        }
    }

    private func cap(_ lane: Lane) -> Int { lane.isSlow ? 1 : limits.inFlightPerEndpointMax }

    private mutating func startWaiting(_ endpoint: String) -> [Item] {
        guard var lane = lanes[endpoint] else { return [] }
        var started: [Item] = []
        while !lane.waiting.isEmpty, lane.inFlight < cap(lane), inFlight < limits.inFlightMax {
            started.append(lane.waiting.removeFirst())
            waitingCount -= 1
            lane.inFlight += 1
            inFlight += 1
            if lane.isSlow { inFlightSlow += 1 }
        }
        lanes[endpoint] = lane
        return started
    }

    private mutating func forgetIfIdle(_ endpoint: String) {
        guard let lane = lanes[endpoint], lane.inFlight == 0, lane.waiting.isEmpty else { return }
        if !lane.isSlow || lanes.count > Self.slowRememberedMax { lanes.removeValue(forKey: endpoint) }
    }
}

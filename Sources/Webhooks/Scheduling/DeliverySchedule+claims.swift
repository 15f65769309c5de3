/// What is wanted of the table.
extension DeliverySchedule {
    /// How much may be claimed now.
    struct ClaimPlan: Sendable, Hashable {
        var limit: Int
        var perEndpointMax: Int
        /// Of endpoints for which another limit holds.
        var endpointLimits: [String: Int]
        /// For which versions of these they hold.
        var endpointVersions: [String: Int]
        /// How many urgent ones come of these beside their limits.
        var urgentLimits: [String: Int] = [:]

        /// How many of an endpoint's share were taken, of `count` that came and among which are `urgent` ones.
        func taken(_ endpointId: String, count: Int, urgent: Int) -> Int {
            guard let places = endpointLimits[endpointId] else { return count }
            // More than that came only where its owner has changed it since.
            return count - urgent > places ? count : min(count, places)
        }
    }

    /// Nil when there is no room, or too much is still to be written down.
    ///
    /// A quarter of the memory is left to what is handed over, and half of each tenant's part of it.
    mutating func claimPlan(now: Int) -> ClaimPlan? {
        let room = min(limits.claimMax, limits.itemsMax / 4 * 3 - count)
        guard !isBehindOnRecords, room > 0, bytes < limits.bytesMax / 2 else { return nil }
        let standard = limits.claimPerEndpointMax
        var own: [String: Int] = [:]
        var versions: [String: Int] = [:]
        var urgent: [String: Int] = [:]
        for (endpointId, lane) in lanes {
            let places = claimable(lane, now: now)
            if places < standard || lane.isBehind {
                own[endpointId] = places
                versions[endpointId] = lane.version
                urgent[endpointId] = lane.urgentClaimable(limits)
            }
            if lane.isSpilledAnew { lanes[endpointId]?.isSpilledAnew = false }
        }
        return ClaimPlan(
            limit: room,
            perEndpointMax: standard,
            endpointLimits: own,
            endpointVersions: versions,
            urgentLimits: urgent
        )
    }

    /// Notes how much came of a claim by endpoint, and how much of that is urgent; true when more could be claimed at
    /// once.
    mutating func noteClaim(
        _ plan: ClaimPlan,
        counts: [String: Int],
        urgent: [String: Int] = [:],
        now: Int
    ) -> Bool {
        let isCut = counts.values.reduce(0, +) >= plan.limit
        var isMore = isCut
        for (endpointId, lane) in lanes {
            let count = plan.taken(
                endpointId,
                count: counts[endpointId, default: 0],
                urgent: urgent[endpointId, default: 0]
            )
            var asked = plan.endpointLimits[endpointId] ?? plan.perEndpointMax
            // The limit was for what its owner has changed since.
            if count > asked { asked = plan.perEndpointMax }
            guard asked > 0 else { continue }
            if count >= asked || lane.isSpilledAnew {
                lanes[endpointId]?.isBehind = true
                isMore = isMore || claimable(lane, now: now) > 0
            } else if lane.isBehind, !isCut {
                lanes[endpointId]?.isBehind = false
            }
        }
        return isMore
    }

    /// Notes that the table has something for an endpoint; true when it could be claimed at once.
    mutating func noteBehind(_ endpointId: String, now: Int) -> Bool {
        guard let lane = lanes[endpointId] else { return true }
        lanes[endpointId]?.isBehind = true
        lanes[endpointId]?.isSpilledAnew = true
        return claimable(lane, now: now) > 0
    }

    /// Whether the table has something for an endpoint that could be claimed at once.
    func isWanting(_ endpointId: String, now: Int) -> Bool {
        guard let lane = lanes[endpointId], lane.isBehind else { return false }
        return claimable(lane, now: now) > 0
    }

    private func claimable(_ lane: Lane, now: Int) -> Int {
        let share = limits.itemsPerTenantMax / 2 - held(ofTenant: lane.tenantId)
        return min(lane.claimable(limits, now: now), max(0, share))
    }
}

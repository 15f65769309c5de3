import Foundation
import Logging
import Store
import Threads

/// What comes out of the table, and what goes back into it.
extension DeliveryEngine {
    /// Looks into the table at the start, when something is due or was put there, and now and then.
    func readTable() async {
        var lookedAt = clock
        while !isStopping {
            let isMore = await claim()
            if isStopping { return }
            // One look serves all who ask for it meanwhile.
            try? await Task.sleep(for: .milliseconds(settings.pollPauseMs))
            let now = clock
            if now - lookedAt >= Self.targetAgeMs {
                await lookAtTargets()
                lookedAt = now
            }
            guard !isMore else { continue }
            let due = state.withLock { state in
                state.retries.pass(now: now)
                return state.retries.next
            }
            let untilDue = due.map { max(1, $0 - now) } ?? settings.pollMs
            await wake.wait(atMostMs: min(untilDue, settings.pollMs))
        }
    }

    /// Claims what there is room for; true when there may be more to claim at once.
    private func claim() async -> Bool {
        guard gate.enter() else {
            // What waits goes back now.
            turn.wakeHere()
            return false
        }
        defer { gate.leave() }
        let now = clock
        guard let plan = state.withLock({ $0.isOpen ? $0.schedule.claimPlan(now: now) : nil }) else {
            return false
        }
        do {
            let claimed = try await store.claimDeliveries(
                limit: plan.limit,
                leaseSeconds: settings.leaseSeconds,
                perEndpointMax: plan.perEndpointMax,
                endpointLimits: plan.endpointLimits,
                endpointVersions: plan.endpointVersions,
                urgentLimits: plan.urgentLimits
            )
            return admit(claimed, plan, claimedAt: now)
        } catch {
            // Whoever looks after the database tells of its loss, once.
            logger.log(
                level: Store.isAway(error) ? .debug : .warning,
                "webhook deliveries cannot be claimed",
                metadata: ["error": "\(error)"]
            )
            return false
        }
    }

    private func admit(
        _ claimed: [ClaimedDelivery],
        _ plan: DeliverySchedule<ClaimedDelivery>.ClaimPlan,
        claimedAt: Int
    ) -> Bool {
        let now = clock
        let isMore = state.withLock { state in
            for delivery in claimed {
                state.schedule.admit(
                    delivery,
                    delivery.target.terms,
                    bytes: delivery.payload.count,
                    isReserved: false,
                    isUrgent: delivery.isUrgent,
                    // The lease is as old as the question: its answer may have waited, in a process that was stopped.
                    now: claimedAt
                )
            }
            let counts = Dictionary(grouping: claimed, by: \.endpointId).mapValues(\.count)
            let urgent = Dictionary(grouping: claimed.filter(\.isUrgent), by: \.endpointId).mapValues(\.count)
            return state.schedule.noteClaim(plan, counts: counts, urgent: urgent, now: now)
        }
        if !claimed.isEmpty { turn.wakeHere() }
        return isMore
    }

    /// Looks whether the endpoints of what has waited for a while are still as they were.
    ///
    /// What waits for one that is paused, disabled, changed or gone goes back, and is taken anew if it is still to be
    /// sent.
    func lookAtTargets() async {
        let now = clock
        let waiting = state.withLock { $0.schedule.waiting(forMs: Self.targetAgeMs, now: now) }
        guard !waiting.isEmpty else { return }
        do {
            let targets = try await store.deliveryTargets(endpointIds: waiting.map(\.endpointId))
            state.withLock { state in
                for delivery in waiting where targets[delivery.endpointId] != delivery.target {
                    state.schedule.surrender(delivery.endpointId)
                }
            }
            turn.wakeHere()
        } catch {
            logger.debug("endpoints cannot be looked at", metadata: ["error": "\(error)"])
        }
    }

    /// Before that what an endpoint was at the commit of a delivery holds.
    private static let targetAgeMs = 1_000

    /// Gives back to the table what the schedule has given up, beside the loop: Postgres may take its time.
    func handBack(in group: inout DiscardingTaskGroup) {
        while let deliveries = state.withLock({ $0.nextHandBack() }) {
            group.addTask {
                await self.giveBack(deliveries)
                self.state.withLock { $0.handBacks -= 1 }
                self.turn.wakeHere()
            }
        }
    }

    /// Gives back all that the schedule has given up.
    func handBack() async {
        await giveBack(state.withLock { $0.schedule.takeSurrendered() })
    }

    private func giveBack(_ deliveries: [ClaimedDelivery]) async {
        guard !deliveries.isEmpty else { return }
        do {
            try await store.handBackDeliveries(deliveries.map(\.lease))
        } catch {
            logger.debug("leases of deliveries run out by themselves", metadata: ["error": "\(error)"])
        }
    }
}

package import Store
import Threads

/// Deliveries that come from those who commit them, in memory.
extension DeliveryEngine: DeliveryReceiver {
    package var leaseSeconds: Int { settings.leaseSeconds }

    package var unwellEndpoints: [String] { state.withLock { $0.schedule.unwell } }

    package func reserve(_ target: DeliveryTarget, bytes: Int, isUrgent: Bool) -> Bool {
        guard gate.isOpen else { return false }
        let now = clock
        return state.withLock { state in
            state.isOpen
                && state.schedule.reserve(target.terms, bytes: bytes, isUrgent: isUrgent, now: now)
        }
    }

    package func take(_ deliveries: [ClaimedDelivery], leasedAt: ContinuousClock.Instant) {
        guard !deliveries.isEmpty else { return }
        let now = clock(at: leasedAt)
        state.withLock { state in
            for delivery in deliveries {
                state.schedule.admit(
                    delivery,
                    delivery.target.terms,
                    bytes: delivery.payload.count,
                    isReserved: true,
                    isUrgent: delivery.isUrgent,
                    now: now
                )
            }
        }
        turn.wakeHere()
    }

    package func release(_ deliveries: [ClaimedDelivery]) {
        guard !deliveries.isEmpty else { return }
        state.withLock { state in
            for delivery in deliveries {
                state.schedule.release(delivery.target.terms, bytes: delivery.payload.count)
            }
        }
    }

    package func noteSpill(endpointIds: Set<String>) {
        let now = clock
        let isClaimable = state.withLock { state in
            endpointIds.reduce(false) { state.schedule.noteBehind($1, now: now) || $0 }
        }
        if isClaimable { wake.wakeHere() }
    }
}

extension DeliveryTarget {
    var terms: DeliverySchedule<ClaimedDelivery>.Terms {
        DeliverySchedule.Terms(
            endpointId: endpointId,
            tenantId: tenantId,
            version: version,
            inFlightMax: inFlightMax,
            ratePerSecond: ratePerSecond
        )
    }
}

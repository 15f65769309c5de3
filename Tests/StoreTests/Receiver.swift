import Store
import Threads

/// Stands in for an engine: it sends nothing, and notes what it is told.
final class Receiver: DeliveryReceiver {
    private struct State {
        var places = 0
        var taken: [ClaimedDelivery] = []
        var spills: [Set<String>] = []
    }

    let leaseSeconds = 60
    let unwellEndpoints: [String]
    /// Endpoints that it has no place for.
    private let full: Set<String>
    private let state = Locked(State())

    init(full: Set<String> = [], unwell: [String] = []) {
        self.full = full
        unwellEndpoints = unwell
    }

    /// Places that are set aside and not yet taken or freed.
    var places: Int { state.withLock(\.places) }
    var taken: [ClaimedDelivery] { state.withLock(\.taken) }
    var spills: [Set<String>] { state.withLock(\.spills) }

    func reserve(_ target: DeliveryTarget, bytes: Int, isUrgent: Bool) -> Bool {
        guard !full.contains(target.endpointId) else { return false }
        state.withLock { $0.places += 1 }
        return true
    }

    func take(_ deliveries: [ClaimedDelivery], leasedAt: ContinuousClock.Instant) {
        state.withLock { state in
            state.places -= deliveries.count
            state.taken += deliveries
        }
    }

    func release(_ deliveries: [ClaimedDelivery]) { state.withLock { $0.places -= deliveries.count } }

    func noteSpill(endpointIds: Set<String>) { state.withLock { $0.spills.append(endpointIds) } }
}

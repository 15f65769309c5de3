import Foundation
import Threads

/// Who sends deliveries that this process has committed, straight from memory.
package protocol DeliveryReceiver: AnyObject, Sendable {
    /// How long the lease of what is handed over holds.
    var leaseSeconds: Int { get }

    /// Endpoints that nothing should be leased for now; those that are most in the way, if there are many.
    var unwellEndpoints: [String] { get }

    /// Sets a place aside for a delivery that is about to be written; false when there is none.
    ///
    /// `take` or `release` is owed for each place.
    func reserve(_ target: DeliveryTarget, bytes: Int) -> Bool

    /// Takes deliveries whose places are set aside, now that they are committed with their leases.
    ///
    /// The leases are no younger than `leasedAt`: the process may have been stopped since.
    func take(_ deliveries: [ClaimedDelivery], leasedAt: ContinuousClock.Instant)

    /// Frees the places of deliveries that were not written.
    func release(_ deliveries: [ClaimedDelivery])

    /// Hears that deliveries were committed which nobody has been given.
    func noteSpill(endpointIds: Set<String>)
}

/// The way from those who commit deliveries to the one in the same process who sends them.
///
/// Without a receiver all deliveries are written without a lease, and the table is the way.
package final class DeliveryHandOver: Sendable {
    private struct State {
        weak var receiver: (any DeliveryReceiver)?
        var onSpill: (@Sendable () -> Void)?
    }

    private let state = Locked(State())

    package init() {}

    /// Gives `receiver` what is committed from now on, unless there is one already.
    package func attach(_ receiver: any DeliveryReceiver) {
        state.withLock { state in
            if state.receiver == nil { state.receiver = receiver }
        }
    }

    package func detach(_ receiver: any DeliveryReceiver) {
        state.withLock { state in
            if state.receiver === receiver { state.receiver = nil }
        }
    }

    /// Has `body` called after each commit of deliveries that only the table tells of; it must be quick.
    package func onSpill(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.onSpill = body }
    }

    var receiver: (any DeliveryReceiver)? { state.withLock(\.receiver) }

    func spill(endpointIds: Set<String>) {
        let (receiver, onSpill) = state.withLock { ($0.receiver, $0.onSpill) }
        receiver?.noteSpill(endpointIds: endpointIds)
        onSpill?()
    }
}

/// Where one store hands deliveries over, and whose leases they get.
struct DeliveryOutlet: Sendable {
    let handOver: DeliveryHandOver
    let leaseMark: LeaseMark?
    let targets = TargetCache()

    func makeToken() -> UUID { leaseMark?.makeToken() ?? UUID() }
}

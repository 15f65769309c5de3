import Threads

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

import Foundation
import Glibc
import Store
import Threads

/// Stands before the engine and notes when each delivery was committed.
final class CommitClock: DeliveryReceiver {
    private struct State {
        var times: [(at: Int64, id: String)] = []
        var ignored: Set<String> = []
        var spilled = 0
    }

    private let engine: any DeliveryReceiver
    private let state = Locked(State())

    init(_ engine: any DeliveryReceiver) { self.engine = engine }

    /// Nothing is noted of these endpoints.
    func ignore(_ endpointIds: [String]) { state.withLock { $0.ignored = Set(endpointIds) } }

    var spilled: Int { state.withLock(\.spilled) }

    var leaseSeconds: Int { engine.leaseSeconds }

    var unwellEndpoints: [String] { engine.unwellEndpoints }

    func reserve(_ target: DeliveryTarget, bytes: Int, isUrgent: Bool) -> Bool {
        let isReserved = engine.reserve(target, bytes: bytes, isUrgent: isUrgent)
        if !isReserved { state.withLock { $0.spilled += 1 } }
        return isReserved
    }

    func take(_ deliveries: [ClaimedDelivery], leasedAt: ContinuousClock.Instant) {
        let now = Self.now()
        state.withLock { state in
            for delivery in deliveries where !state.ignored.contains(delivery.endpointId) {
                state.times.append((now, delivery.messageId))
            }
        }
        engine.take(deliveries, leasedAt: leasedAt)
    }

    func release(_ deliveries: [ClaimedDelivery]) { engine.release(deliveries) }

    func noteSpill(endpointIds: Set<String>) { engine.noteSpill(endpointIds: endpointIds) }

    /// Of those that were handed over: for all others nobody here knows when their commit was.
    func write(to path: String) throws {
        let lines = state.withLock { state in state.times.map { "\($0.at) \($0.id)" } }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

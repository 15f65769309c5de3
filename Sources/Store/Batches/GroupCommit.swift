import Postgres
import Threads

/// Lets many callers share few transactions: what queues up while one commits goes into the next.
///
/// A group that fails for any reason but a lost connection is done again item by item, so that one bad item costs
/// nobody but its caller. An item that waits for a lock is put aside, and waits for it beside the groups.
final class GroupCommit<Item: Sendable, Outcome: Sendable>: Sendable {
    /// Writes a group in one transaction and returns an outcome for each item, in their order.
    ///
    /// Only one that `isPatient` may wait long for locks; it has one item.
    typealias Flush = @Sendable (_ items: [Item], _ isPatient: Bool) async throws -> [Outcome]

    private struct Waiter: Sendable {
        let item: Item
        let continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct State: Sendable {
        var waiters: [Waiter] = []
        var flushesInFlight = 0
        /// How many items the groups have that are being written.
        var itemsInFlight = 0
        /// Items that a lock was not free for.
        var patient: [Waiter] = []
        var patientInFlight = 0

        /// Whether enough wait to be written beside so many groups: one that is as large as they are.
        ///
        /// Many small ones cost more, and what comes together is often about one run, whose lock lets one group at a
        /// time write.
        func isGroup(beside others: Int) -> Bool {
            others == 0 || (waiters.count >= besideMin && waiters.count * others >= itemsInFlight)
        }

        private let besideMin = 4
    }

    /// How many items of a group that failed are tried side by side.
    private let singlesMax = 4
    /// How many items wait for locks side by side; each holds a session meanwhile.
    private let patientMax = 3

    private let itemsMax: Int
    private let flushesMax: Int
    /// How long a group that is not full gathers before it is written.
    private let gather: Duration
    private let flush: Flush
    private let state = Locked(State())

    /// `flushesMax` transactions run side by side at most, with `itemsMax` items each.
    init(itemsMax: Int = 64, flushesMax: Int = 2, gather: Duration = .zero, flush: @escaping Flush) {
        precondition(itemsMax > 0 && flushesMax > 0)
        self.itemsMax = itemsMax
        self.flushesMax = flushesMax
        self.gather = gather
        self.flush = flush
    }

    /// Waits until the item is committed; a caller that is cancelled meanwhile still waits for that.
    func commit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let isFree = state.withLock { state in
                state.waiters.append(Waiter(item: item, continuation: continuation))
                guard state.flushesInFlight < flushesMax, state.isGroup(beside: state.flushesInFlight) else {
                    return false
                }
                state.flushesInFlight += 1
                return true
            }
            if isFree { Task { await self.drain() } }
        }
    }

    /// How many items no transaction has taken up yet.
    var waitingCount: Int { state.withLock { $0.waiters.count } }

    private func drain() async {
        while true {
            if gather > .zero, waitingCount < itemsMax { try? await Task.sleep(for: gather) }
            guard let group = next() else { return }
            await settle(group)
            state.withLock { $0.itemsInFlight -= group.count }
        }
    }

    /// The next group, or nil when nobody waits: then this flush is over.
    private func next() -> [Waiter]? {
        state.withLock { state in
            guard !state.waiters.isEmpty, state.isGroup(beside: state.flushesInFlight - 1) else {
                // Those that still wait are taken up by the flush that is under way.
                state.flushesInFlight -= 1
                return nil
            }
            let group = Array(state.waiters.prefix(itemsMax))
            state.waiters.removeFirst(group.count)
            state.itemsInFlight += group.count
            return group
        }
    }

    private func settle(_ group: [Waiter]) async {
        do {
            let outcomes = try await flush(group.map(\.item), false)
            precondition(outcomes.count == group.count, "a flush owes an outcome for each item")
            for (waiter, outcome) in zip(group, outcomes) { waiter.continuation.resume(returning: outcome) }
        } catch {
            let reason = error as? PostgresError
            if group.count == 1, reason?.isLockTimeout == true { return putAside(group[0]) }
            guard group.count > 1, reason?.isConnectionLoss != true else {
                for waiter in group { waiter.continuation.resume(throwing: error) }
                return
            }
            await withTaskGroup(of: Void.self) { tasks in
                for (place, waiter) in group.enumerated() {
                    if place >= singlesMax { await tasks.next() }
                    tasks.addTask { await self.settle([waiter]) }
                }
            }
        }
    }

    private func putAside(_ waiter: Waiter) {
        let isFree = state.withLock { state in
            state.patient.append(waiter)
            guard state.patientInFlight < patientMax else { return false }
            state.patientInFlight += 1
            return true
        }
        if isFree { Task { await self.drainPatient() } }
    }

    private func drainPatient() async {
        while let waiter = nextPatient() {
            do {
                let outcomes = try await flush([waiter.item], true)
                precondition(outcomes.count == 1, "a flush owes an outcome for each item")
                waiter.continuation.resume(returning: outcomes[0])
            } catch {
                waiter.continuation.resume(throwing: error)
            }
        }
    }

    private func nextPatient() -> Waiter? {
        state.withLock { state in
            guard !state.patient.isEmpty else {
                state.patientInFlight -= 1
                return nil
            }
            return state.patient.removeFirst()
        }
    }
}

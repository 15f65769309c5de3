import Postgres
import Threads

/// Lets many callers share few transactions: what queues up while one commits goes into the next, without a delay.
///
/// A group that fails for any reason but a lost connection is done again item by item, so that one bad item costs
/// nobody but its caller.
final class GroupCommit<Item: Sendable, Outcome: Sendable>: Sendable {
    /// Writes a group in one transaction and returns an outcome for each item, in their order.
    typealias Flush = @Sendable (_ items: [Item]) async throws -> [Outcome]

    private struct Waiter: Sendable {
        let item: Item
        let continuation: CheckedContinuation<Outcome, any Error>
    }

    private struct State: Sendable {
        var waiters: [Waiter] = []
        var flushesInFlight = 0
    }

    private let itemsMax: Int
    private let flushesMax: Int
    private let flush: Flush
    private let state = Locked(State())

    /// `flushesMax` transactions run side by side at most, with `itemsMax` items each.
    init(itemsMax: Int = 64, flushesMax: Int = 2, flush: @escaping Flush) {
        precondition(itemsMax > 0 && flushesMax > 0)
        self.itemsMax = itemsMax
        self.flushesMax = flushesMax
        self.flush = flush
    }

    /// Waits until the item is committed; a caller that is cancelled meanwhile still waits for that.
    func commit(_ item: Item) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            let isFree = state.withLock { state in
                state.waiters.append(Waiter(item: item, continuation: continuation))
                guard state.flushesInFlight < flushesMax else { return false }
                state.flushesInFlight += 1
                return true
            }
            if isFree { Task { await self.drain() } }
        }
    }

    /// How many items no transaction has taken up yet.
    var waitingCount: Int { state.withLock { $0.waiters.count } }

    private func drain() async {
        while let group = next() { await settle(group) }
    }

    /// The next group, or nil when nobody waits: then this flush is over.
    private func next() -> [Waiter]? {
        state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.flushesInFlight -= 1
                return nil
            }
            let group = Array(state.waiters.prefix(itemsMax))
            state.waiters.removeFirst(group.count)
            return group
        }
    }

    private func settle(_ group: [Waiter]) async {
        do {
            let outcomes = try await flush(group.map(\.item))
            precondition(outcomes.count == group.count, "a flush owes an outcome for each item")
            for (waiter, outcome) in zip(group, outcomes) { waiter.continuation.resume(returning: outcome) }
        } catch {
            guard group.count > 1, (error as? PostgresError)?.isConnectionLoss != true else {
                for waiter in group { waiter.continuation.resume(throwing: error) }
                return
            }
            for waiter in group { await settle([waiter]) }
        }
    }
}

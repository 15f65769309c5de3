import Postgres
import Threads

/// The writes of one store that share transactions.
struct GroupedWrites: Sendable {
    /// A callback with the store that it came to: the same for all of a group.
    struct Arrival: Sendable {
        let store: Store
        let callback: NewCallback
    }

    /// An attempt that was made, with the store that is to write it down.
    struct Ending: Sendable {
        let store: Store
        let lease: DeliveryLease
        let attempt: NewAttempt
        let next: DeliveryNext
    }

    /// How long a group may wait for a lock: all that are in it wait along.
    private static let groupLockMilliseconds = 200

    /// Attempts whose endpoints stay as they are: one statement, and nobody is waited for.
    ///
    /// Nil where that is not enough, since the lease is lost or another holds the delivery at this moment. Nobody waits
    /// for the outcome, so the next group may gather while it does.
    let deliveries = GroupCommit<Ending, Bool?>(itemsMax: 256, flushesMax: 1, gather: .milliseconds(10)) {
        endings,
        _ in
        guard let store = endings.first?.store else { return [] }
        let group = DeliveryEndings(endings: endings)
        CrashPoint.deliveryBeforeCommit.pass()
        let held = try group.held(try await store.pool.query(try group.statement(skipsLocked: true)))
        let changes = held.map(\.endpoint).filter(\.changesHealth)
        if !changes.isEmpty {
            // Apart from the attempts, which are written down by now: what fails here is noted by the next attempt.
            try? await store.pool.transaction { try $0.noteHealth(changes, links: store.links) }
        }
        let places = Set(held.map(\.place))
        return endings.indices.map { places.contains($0) ? true : nil }
    }

    /// Attempts that change more, and those that nothing came of before.
    let lateDeliveries = GroupCommit<Ending, Bool>(itemsMax: 64, flushesMax: 2) { endings, isPatient in
        guard let store = endings.first?.store else { return [] }
        let lockMilliseconds = isPatient ? nil : Self.groupLockMilliseconds
        return try await store.pool.transaction(lockMilliseconds: lockMilliseconds, plansForAnySize: true) {
            transaction in
            let held = try transaction.finish(DeliveryEndings(endings: endings), links: store.links)
            CrashPoint.deliveryBeforeCommit.pass()
            return held
        }
    }

    let callbacks = GroupCommit<Arrival, CallbackReceipt>(itemsMax: 64, flushesMax: 2) {
        arrivals,
        isPatient in
        guard let store = arrivals.first?.store else { return [] }
        let lockMilliseconds = isPatient ? nil : Self.groupLockMilliseconds
        return try await store.pool.transaction(lockMilliseconds: lockMilliseconds, plansForAnySize: true) {
            transaction in
            var batch = CallbackBatch(transaction, store: store, callbacks: arrivals.map(\.callback))
            let receipts = try batch.run()
            CrashPoint.callbackBeforeCommit.pass()
            return receipts
        }
    }
}

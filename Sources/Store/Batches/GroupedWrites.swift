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

    let deliveries = GroupCommit<Ending, Bool>(itemsMax: 64, flushesMax: 2) { endings, isPatient in
        guard let store = endings.first?.store else { return [] }
        let lockMilliseconds = isPatient ? nil : Self.groupLockMilliseconds
        return try await store.pool.transaction(lockMilliseconds: lockMilliseconds, plansForAnySize: true) {
            transaction in
            let held = try transaction.finish(endings)
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

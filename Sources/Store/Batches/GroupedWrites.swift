import Postgres

/// The writes of one store that share transactions.
struct GroupedWrites: Sendable {
    /// A callback with the store that it came to: the same for all of a group.
    struct Arrival: Sendable {
        let store: Store
        let callback: NewCallback
    }

    let callbacks = GroupCommit<Arrival, CallbackReceipt>(itemsMax: 64, flushesMax: 2) { arrivals in
        guard let store = arrivals.first?.store else { return [] }
        return try await store.pool.transaction { transaction in
            var batch = CallbackBatch(transaction, store: store, callbacks: arrivals.map(\.callback))
            return try batch.run()
        }
    }
}

import Threads

/// Remembers answers of the database for a moment, so that a busy client does not ask for them again and again.
final class BriefCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let value: Value
        let until: ContinuousClock.Instant
    }

    private let lifetime: Duration
    private let countMax: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private let entries = Locked<[Key: Entry]>([:])

    init(
        lifetime: Duration = .seconds(1),
        countMax: Int = 10_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.lifetime = lifetime
        self.countMax = countMax
        self.now = now
    }

    /// What is remembered, or else what `find` finds; that nothing was found is not remembered.
    func value(_ key: Key, find: () async throws -> Value?) async throws -> Value? {
        // Counted from before the question, so the answer is never older than the lifetime.
        let now = now()
        if let entry = entries.withLock({ $0[key] }), now < entry.until { return entry.value }
        guard let value = try await find() else { return nil }
        entries.withLock { entries in
            if entries.count >= countMax { entries = entries.filter { now < $0.value.until } }
            if entries.count >= countMax { entries = [:] }
            entries[key] = Entry(value: value, until: now + lifetime)
        }
        return value
    }
}

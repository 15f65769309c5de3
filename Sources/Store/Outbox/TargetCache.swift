import Postgres
import Threads

/// What endpoints were like a moment ago, so that not each message costs a look.
final class TargetCache: Sendable {
    private struct Entry {
        let target: DeliveryTarget
        let readAt: ContinuousClock.Instant
    }

    /// The engine looks at what waits for longer than that itself.
    private static let ageMax = Duration.seconds(1)
    private static let entriesMax = 10_000

    private let entries = Locked<[String: Entry]>([:])

    /// Those that are enabled; none where they cannot be read.
    func targets(of ids: Set<String>, pool: PostgresPool) async -> [String: DeliveryTarget] {
        let oldest = ContinuousClock.now - Self.ageMax
        let known = entries.withLock { entries in
            ids.compactMap { entries[$0] }.filter { $0.readAt > oldest }.map(\.target)
        }
        var targets = Dictionary(known.map { ($0.endpointId, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = ids.subtracting(targets.keys)
        guard !missing.isEmpty else { return targets }
        let now = ContinuousClock.now
        let read = (try? await Store.targets(endpointIds: missing.sorted(), pool: pool)) ?? [:]
        entries.withLock { entries in
            if entries.count + read.count > Self.entriesMax { entries = [:] }
            for (id, target) in read { entries[id] = Entry(target: target, readAt: now) }
        }
        targets.merge(read) { _, new in new }
        return targets
    }
}

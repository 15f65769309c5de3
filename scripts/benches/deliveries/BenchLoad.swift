import Foundation
import Store
import Threads

/// Writes messages, at a rate or as fast as they are delivered.
struct BenchLoad: Sendable {
    let store: Store
    let targets: BenchTargets
    let groupMax: Int

    /// Deliveries that are written and not yet ended, at full speed.
    private static let aheadMax = 3_000
    /// How many transactions are open side by side; what comes meanwhile shares the next, as callbacks do.
    private static let writers = 2
    private static let settleSecondsMax = 60

    init(store: Store, targets: BenchTargets, clock: CommitClock, groupMax: Int) {
        self.store = store
        self.targets = targets
        self.groupMax = groupMax
        clock.ignore(targets.hanging.map(\.endpointId))
    }

    /// Offers `rate` messages a second, whatever becomes of them.
    func run(rate: Int, seconds: Int) async throws -> Int {
        let all = targets.healthy + targets.hanging
        let begun = ContinuousClock.now
        var (written, open) = (0, 0)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            while written < rate * seconds {
                let due = min(Int((ContinuousClock.now - begun) / .seconds(1) * Double(rate)), rate * seconds)
                guard due > written else {
                    try await Task.sleep(for: .microseconds(500))
                    continue
                }
                let batch = (written..<min(due, written + groupMax)).map { all[$0 % all.count] }
                written += batch.count
                if open == Self.writers { try await tasks.next() }
                open = min(open + 1, Self.writers)
                tasks.addTask { try await self.write(batch) }
            }
            try await tasks.waitForAll()
        }
        return written
    }

    /// Keeps the engine busy.
    func run(seconds: Int) async throws -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        let counts = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for writer in 0..<Self.writers {
                tasks.addTask { try await self.write(until: end, from: writer) }
            }
            return try await tasks.reduce(0, +)
        }
        return counts
    }

    private func write(until end: ContinuousClock.Instant, from first: Int) async throws -> Int {
        let all = targets.healthy
        var (written, place) = (0, first * all.count / Self.writers)
        while ContinuousClock.now < end {
            if written % (8 * groupMax) == 0, try await store.pendingDeliveries() > Self.aheadMax {
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            let tenant = all[place % all.count].tenantId
            let peers = all.filter { $0.tenantId == tenant }
            try await write((0..<groupMax).map { peers[(place + $0) % peers.count] })
            written += groupMax
            place += groupMax
        }
        return written
    }

    private func write(_ batch: [BenchTargets.Target]) async throws {
        for (tenantId, targets) in Dictionary(grouping: batch, by: \.tenantId) {
            _ = try await store.enqueueTests(tenantId: tenantId, endpointIds: targets.map(\.endpointId))
        }
    }

    /// Waits until nothing is owed to endpoints that answer.
    func settle(healthy: Int) async throws {
        let end = ContinuousClock.now + .seconds(Self.settleSecondsMax)
        while ContinuousClock.now < end {
            if try await store.pendingDeliveries(exceptOf: targets.hanging.map(\.endpointId)) == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

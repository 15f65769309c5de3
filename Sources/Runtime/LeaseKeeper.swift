import Logging
import Store
import Threads

/// Renews the leases of the jobs that this process works on.
final class LeaseKeeper: Sendable {
    private let store: Store
    private let leaseSeconds: Int
    private let logger: Logger
    private let held = Locked<[String: HeldLease]>([:])

    init(store: Store, leaseSeconds: Int, logger: Logger) {
        self.store = store
        self.leaseSeconds = leaseSeconds
        self.logger = logger
    }

    func hold(_ lease: JobLease) -> HeldLease {
        let kept = HeldLease(lease)
        held.withLock { $0[lease.jobId] = kept }
        return kept
    }

    func drop(_ kept: HeldLease) {
        held.withLock { leases in
            if leases[kept.lease.jobId] === kept { leases[kept.lease.jobId] = nil }
        }
    }

    /// Renews three times in the life of a lease, until it is cancelled.
    func keep() async {
        let pause = Duration.milliseconds(max(leaseSeconds * 1_000 / 3, 100))
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            let leases = held.withLock { Array($0.values) }
            do {
                let renewed = try await store.heartbeatJobs(leases.map(\.lease), leaseSeconds: leaseSeconds)
                for kept in leases where !renewed.contains(kept.lease.jobId) { kept.lose() }
            } catch {
                // A lease that runs out is fenced: the work is done again, and this one's result is refused.
                if !Task.isCancelled {
                    logger.log(
                        level: Store.isAway(error) ? .debug : .warning,
                        "leases were not renewed",
                        metadata: ["error": "\(error)"]
                    )
                }
            }
        }
    }
}

/// A lease that is renewed, and the news that it no longer is ours: the run was cancelled, or another process has it.
final class HeldLease: Sendable {
    let lease: JobLease
    private let isLost = Locked(false)
    private let signal = WakeSignal()
    private static let lookMs = 3_600_000

    init(_ lease: JobLease) {
        self.lease = lease
    }

    func lose() {
        isLost.withLock { $0 = true }
        signal.wake()
    }

    /// Runs `work`, which is cancelled when the lease is lost; that throws `LeaseLost`.
    func whileHeld(_ work: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await work()
                return true
            }
            group.addTask {
                while !self.isLost.withLock(\.self), !Task.isCancelled {
                    await self.signal.wait(atMostMs: Self.lookMs)
                }
                if !Task.isCancelled { throw LeaseLost() }
                return false
            }
            // At a cancellation the watch may end first; how the work ended still counts, so that it is given back.
            while let isDone = try await group.next(), !isDone {}
        }
    }
}

struct LeaseLost: Error {}

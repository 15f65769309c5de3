import Logging
import Store
import Threads

/// Renews the leases of the jobs that this process works on.
final class LeaseKeeper: Sendable {
    private let store: Store
    private let leaseSeconds: Int
    private let logger: Logger
    private let held = Locked<[String: JobLease]>([:])

    init(store: Store, leaseSeconds: Int, logger: Logger) {
        self.store = store
        self.leaseSeconds = leaseSeconds
        self.logger = logger
    }

    func hold(_ lease: JobLease) {
        held.withLock { $0[lease.jobId] = lease }
    }

    func drop(_ lease: JobLease) {
        held.withLock { leases in
            if leases[lease.jobId] == lease { leases[lease.jobId] = nil }
        }
    }

    /// Renews three times in the life of a lease, until it is cancelled.
    func keep() async {
        let pause = Duration.milliseconds(max(leaseSeconds * 1_000 / 3, 100))
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            let leases = held.withLock { Array($0.values) }
            do {
                try await store.heartbeatJobs(leases, leaseSeconds: leaseSeconds)
            } catch {
                // A lease that runs out is fenced: the work is done again, and this one's result is refused.
                if !Task.isCancelled {
                    logger.warning("leases were not renewed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

import Contracts
package import Logging
import ServiceLifecycle
package import Store
import Threads

/// Refuses new runs while more webhook deliveries are due than can be made, before Postgres suffers from them.
///
/// A tenant is refused for its own backlog; all are for that of all together. What waits for endpoints that are paused
/// or disabled does not count.
package final class BacklogGuard: Service {
    package struct Limits: Sendable, Hashable {
        package var perTenantMax = 100_000
        package var inAllMax = 1_000_000
        /// Of one endpoint, so many are counted.
        package var perEndpointCounted = 100_001
        package var lookSeconds = 5

        package init() {}
    }

    private struct State {
        var tenants: Set<String> = []
        var isFull = false
    }

    private let store: Store
    private let limits: Limits
    private let logger: Logger
    private let state = Locked(State())

    package init(store: Store, limits: Limits = Limits(), logger: Logger) {
        self.store = store
        self.limits = limits
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.look()
                } catch {
                    self.logger.debug(
                        "the backlog of deliveries is not known",
                        metadata: ["error": "\(error)"]
                    )
                }
                try? await Task.sleep(for: .seconds(self.limits.lookSeconds))
            }
        }
    }

    /// Looks how much is due now.
    package func look() async throws {
        let due = try await store.deliveryBacklog(perEndpointMax: limits.perEndpointCounted)
        let behind = Set(due.filter { $0.value > limits.perTenantMax }.keys)
        let isFull = due.values.reduce(0, +) > limits.inAllMax
        let isNews = state.withLock { state in
            defer { state = State(tenants: behind, isFull: isFull) }
            return state.tenants != behind || state.isFull != isFull
        }
        guard isNews else { return }
        logger.warning(
            "new runs are refused while webhook deliveries are behind",
            metadata: ["tenants": "\(behind.sorted().joined(separator: " "))", "all": "\(isFull)"]
        )
    }

    /// Throws when no run of the tenant is to be accepted now.
    package func admit(tenantId: String) throws {
        let (isBehind, isFull) = state.withLock { ($0.tenants.contains(tenantId), $0.isFull) }
        if isBehind {
            throw Problem(
                .deliveriesBehind,
                detail:
                    "More than \(limits.perTenantMax) webhook deliveries of this account are due; mend, pause or "
                    + "remove the endpoint that does not take them."
            )
        }
        if isFull {
            throw Problem(.deliveriesBehind, detail: "Too many webhook deliveries are due; try again later.")
        }
    }
}

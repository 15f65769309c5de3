import Contracts
import Postgres
import Store
import TestSupport
import Threads

/// The places of the gateways that run at once, each with a database that is used by one after the other.
///
/// A new database for each costs more than all that a test does with it, and more gateways than these only wait for
/// each other on few cores.
final class BenchSlots: Sendable {
    static let shared = BenchSlots(count: 4)

    /// A place that is taken; its database holds what earlier ones left, none of it under way.
    struct Slot: Sendable {
        let number: Int
        let database: TestDatabase
    }

    private struct State {
        var free: [Int]
        var databases: [Int: TestDatabase] = [:]
        var waiters: [CheckedContinuation<Int, Never>] = []
    }

    private let state: Locked<State>

    init(count: Int) { state = Locked(State(free: Array(0..<count))) }

    func take() async throws -> Slot {
        let number = await withCheckedContinuation { continuation in
            let free = state.withLock { state -> Int? in
                if let number = state.free.popLast() { return number }
                state.waiters.append(continuation)
                return nil
            }
            if let free { continuation.resume(returning: free) }
        }
        do {
            return Slot(number: number, database: try await database(number))
        } catch {
            pass(on: number)
            throw error
        }
    }

    /// Ends what is left under way, so that the next gateway finds nothing to do.
    func giveBack(_ slot: Slot) async throws {
        defer { pass(on: slot.number) }
        let pool = slot.database.pool
        let store = Store(pool: pool, links: TestLinks.minter)
        let open = try await pool.query(
            "SELECT id, tenant_id FROM runs WHERE state IN ('started', 'analysis_complete')"
        )
        for run in open {
            _ = try await store.cancelRun(tenantId: try run.get("tenant_id"), id: try run.get("id"))
        }
        try await pool.execute("UPDATE tasks SET cancel_at = NULL WHERE cancel_at IS NOT NULL")
        try await pool.execute("DELETE FROM callbacks")
    }

    private func database(_ number: Int) async throws -> TestDatabase {
        if let known = state.withLock({ $0.databases[number] }) { return known }
        let made = try await TestDatabase.make()
        state.withLock { $0.databases[number] = made }
        return made
    }

    private func pass(on number: Int) {
        let next = state.withLock { state -> CheckedContinuation<Int, Never>? in
            guard !state.waiters.isEmpty else {
                state.free.append(number)
                return nil
            }
            return state.waiters.removeFirst()
        }
        next?.resume(returning: number)
    }
}

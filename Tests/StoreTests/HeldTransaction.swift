import Glibc
import Postgres
import TestSupport
import Testing
import Threads

/// A statement of another session whose transaction stays open, with its locks, until `end`.
final class HeldTransaction: Sendable {
    private let pool: PostgresPool
    private let isHeld = Locked(false)
    private let isOver = Locked(false)

    private init(_ database: TestDatabase) {
        var settings = PostgresSettings()
        settings.idleTransactionMilliseconds = 300_000
        pool = PostgresPool(database.connectionString, settings: settings)
    }

    /// Runs `body` while the transaction of `sql` is open, and takes it back afterwards unless it is to commit.
    static func during(
        _ sql: SQL,
        in database: TestDatabase,
        commits: Bool = false,
        _ body: () async throws -> Void
    ) async throws {
        let held = HeldTransaction(database)
        let holding = Task { try await held.hold(sql, commits: commits) }
        while !held.isHeld.withLock(\.self) { await Task.yield() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        held.isOver.withLock { $0 = true }
        if commits {
            try await holding.value
        } else {
            await #expect(throws: TakenBack.self) { try await holding.value }
        }
        held.pool.close()
        try result.get()
    }

    private struct TakenBack: Error {}

    private func hold(_ sql: SQL, commits: Bool) async throws {
        defer { isHeld.withLock { $0 = true } }
        try await pool.transaction { transaction in
            guard try transaction.execute(sql) > 0 else { throw FixtureError.unexpected }
            self.isHeld.withLock { $0 = true }
            while !self.isOver.withLock(\.self) { usleep(1_000) }
            if !commits { throw TakenBack() }
        }
    }
}

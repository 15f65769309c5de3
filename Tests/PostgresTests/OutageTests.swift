import Postgres
import TestSupport
import Testing
import Threads

/// What a pool does while its server is away.
@Suite struct OutageTests {
    private static let settings = {
        var settings = PostgresSettings()
        settings.connectionsMax = 2
        settings.openMilliseconds = 400
        settings.connectMilliseconds = 100
        settings.doubtMilliseconds = 200
        settings.lookMilliseconds = 20
        return settings
    }()

    private func until(_ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func took(_ body: () async throws -> Void) async rethrows -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    @Test func `work is refused at once while the server is down, and goes on when it is back`() async throws
    {
        let database = try await TestDatabase.makeEmpty()
        let proxy = try PostgresProxy(database.connectionString)
        let news = Locked<[Availability]>([])
        let pool = PostgresPool(proxy.connectionString, settings: Self.settings) { one in
            news.withLock { $0.append(one) }
        }
        try await pool.query("SELECT 1 AS one")
        #expect(pool.awayFor == nil)

        proxy.behave(.down)
        try await until {
            _ = try? await pool.query("SELECT 1 AS one")
            return pool.awayFor != nil
        }
        let tries = 200
        let spent = await took {
            for _ in 0..<tries {
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT 1 AS one")
                }
                #expect(error?.isConnectionLoss == true)
            }
        }
        #expect(spent < .seconds(2))

        proxy.behave(.forwarding)
        try await until { pool.awayFor == nil }
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        #expect(news.withLock { $0.count } == 2)
        pool.close()
        proxy.close()
    }

    @Test func `a server that falls silent in the middle of a statement holds nobody`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let proxy = try PostgresProxy(database.connectionString)
        let pool = PostgresPool(proxy.connectionString, settings: Self.settings)
        try await pool.query("SELECT 1 AS one")
        proxy.behave(.frozen)

        let spent = await took {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let error = await #expect(throws: PostgresError.self) {
                            try await pool.query("SELECT 1 AS one")
                        }
                        #expect(error?.isConnectionLoss == true)
                    }
                }
            }
        }

        #expect(spent < .seconds(10))
        proxy.behave(.forwarding)
        try await until { pool.awayFor == nil }
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        pool.close()
        proxy.close()
    }

    @Test func `a statement that is only slow is left alone`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = PostgresPool(database.connectionString, settings: Self.settings)

        let rows = try await pool.query("SELECT 1 AS one, pg_sleep(1)")

        #expect(rows.count == 1 && pool.awayFor == nil)
        pool.close()
    }

    @Test func `a server that takes no more sessions is not taken for away`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let name = try await database.pool.query("SELECT current_database()::text AS name")[0].get(
            "name",
            as: String.self
        )
        try await database.pool.query("SELECT 1 AS one")
        let role = "few_\(name.suffix(12))"
        try await database.pool.execute("CREATE ROLE \(unescaped: role) LOGIN CONNECTION LIMIT 1")
        let pool = PostgresPool("\(database.connectionString) user=\(role)", settings: Self.settings)
        let holding = Task { try await pool.query("SELECT pg_sleep(0.6)") }
        let busy: SQL = "SELECT 1 AS one FROM pg_stat_activity WHERE usename = \(role) AND state = 'active'"
        try await until { try await !database.pool.query(busy).isEmpty }

        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1 AS one") }

        #expect(error?.isServerFull == true && error?.isOverload == true)
        #expect(pool.awayFor == nil)
        _ = try await holding.value
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        pool.close()
    }

    @Test func `a connection that breaks during the commit is an error, whatever became of it`() async throws
    {
        let database = try await TestDatabase.makeEmpty()
        try await database.pool.execute("CREATE TABLE t (id bigint)")
        let proxy = try PostgresProxy(database.connectionString)
        let pool = PostgresPool(proxy.connectionString, settings: Self.settings)
        try await pool.query("SELECT 1 AS one")
        proxy.behave(.cutting(tag: "COMMIT\0"))

        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { try $0.execute("INSERT INTO t VALUES (1)") }
        }

        #expect(error?.code == .connectionLost && proxy.cuts == 1)
        // Run once and no more, though it did take effect.
        try await until { try await database.pool.query("SELECT id FROM t").count == 1 }
        pool.close()
        proxy.close()
    }

    @Test func `a session that an administrator ends says so`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = PostgresPool(database.connectionString, settings: Self.settings)

        let error = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }

        #expect(error?.sqlState == "57P01" && error?.isConnectionLoss == true)
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        pool.close()
    }
}

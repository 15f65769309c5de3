import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct PostgresPoolTests {
    @Test func `an error rolls the whole transaction back`() async throws {
        let database = try await TestDatabase.makeEmpty()
        try await database.pool.execute("CREATE TABLE t (id bigint PRIMARY KEY)")

        await #expect(throws: PostgresError.self) {
            try await database.pool.transaction { transaction in
                try transaction.execute("INSERT INTO t VALUES (\(1))")
                try transaction.execute("INSERT INTO t VALUES (\(1))")
            }
        }

        #expect(try await database.pool.query("SELECT id FROM t").isEmpty)
    }

    @Test func `a violation names its constraint and hides the values`() async throws {
        let database = try await TestDatabase.makeEmpty()
        try await database.pool.execute("CREATE TABLE t (secret text CONSTRAINT t_secret_key UNIQUE)")
        try await database.pool.execute("INSERT INTO t VALUES (\("hunter2"))")

        let error = await #expect(throws: PostgresError.self) {
            try await database.pool.execute("INSERT INTO t VALUES (\("hunter2"))")
        }
        let refused = await #expect(throws: PostgresError.self) {
            try await database.pool.query("SELECT \("hunter3")::bigint")
        }

        #expect(error?.sqlState == "23505")
        #expect(error?.constraint == "t_secret_key")
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
        #expect(refused.map { !"\($0)".contains("hunter3") } == true)
    }

    @Test func `two transactions that deadlock both take effect in the end`() async throws {
        let database = try await TestDatabase.makeEmpty()
        try await database.pool.execute("CREATE TABLE t (id bigint PRIMARY KEY, n bigint NOT NULL)")
        try await database.pool.execute("INSERT INTO t VALUES (1, 0), (2, 0)")
        let pool = database.pool

        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [[1, 2], [2, 1]] {
                group.addTask {
                    try await pool.transaction { transaction in
                        for id in order {
                            try transaction.execute("UPDATE t SET n = n + 1 WHERE id = \(id)")
                            try transaction.execute("SELECT pg_sleep(0.1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }

        let rows = try await pool.query("SELECT n FROM t")
        #expect(try rows.map { try $0.get("n", as: Int.self) } == [2, 2])
    }

    @Test func `cancelling a task ends its statement on the server`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = database.pool
        let asleep = Task { try await pool.query("SELECT pg_sleep(60) AS nap") }
        let running: SQL = "SELECT 1 FROM pg_stat_activity WHERE query LIKE \("%AS nap") AND state = 'active'"
        while try await pool.query("\(running) AND pid <> pg_backend_pid()").isEmpty { await Task.yield() }

        asleep.cancel()

        await #expect(throws: CancellationError.self) { try await asleep.value }
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
    }

    @Test func `a session that the server ended is replaced`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let settings = {
            var settings = PostgresSettings()
            settings.connectionsMax = 1
            return settings
        }()
        let pool = PostgresPool(database.connectionString, settings: settings)
        let first = try await pool.query("SELECT pg_backend_pid() AS id")[0].get("id", as: Int.self)

        try await database.pool.execute("SELECT pg_terminate_backend(\(first)::int, 5000)")
        let second = try await pool.query("SELECT pg_backend_pid() AS id")[0].get("id", as: Int.self)

        #expect(first != second)
        pool.close()
    }

    @Test func `a statement past its time limit is ended`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let settings = {
            var settings = PostgresSettings()
            settings.statementMilliseconds = 50
            return settings
        }()
        let pool = PostgresPool(database.connectionString, settings: settings)

        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT pg_sleep(60)") }

        #expect(error?.isCancelled == true)
        pool.close()
    }

    @Test func `no more sessions are open than the pool may hold`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let settings = {
            var settings = PostgresSettings()
            settings.connectionsMax = 3
            return settings
        }()
        let pool = PostgresPool(database.connectionString + " application_name=counted", settings: settings)

        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask { try await pool.query("SELECT \(number) AS n")[0].get("n", as: Int.self) }
            }
            let sum = try await group.reduce(0, +)
            #expect(sum == 199 * 100)
        }

        let open = try await database.pool.query(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'counted'"
        )
        #expect(try open[0].get("n", as: Int.self) <= 3)
        pool.close()
    }
}

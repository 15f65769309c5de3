import Foundation
import Postgres
import TestSupport
import Testing
import Threads

@Suite struct PipelineTests {
    private struct Refused: Error {}

    private static func table() async throws -> TestDatabase {
        let database = try await TestDatabase.makeEmpty()
        try await database.pool.execute("CREATE TABLE t (id bigint PRIMARY KEY, text text)")
        return database
    }

    @Test func `statements that go together give their rows in their order`() async throws {
        let database = try await Self.table()
        let pool = database.pool

        let rows = try await pool.transaction { transaction in
            try transaction.queries([
                "INSERT INTO t SELECT n FROM generate_series(1, \(3)) n", "SELECT count(*) AS n FROM t",
                "SELECT id FROM t WHERE id > \(1) ORDER BY id",
            ])
        }

        #expect(rows.map(\.count) == [0, 1, 2])
        #expect(try rows[1][0].get("n") == 3)
        #expect(try rows[2].map { try $0.get("id", as: Int.self) } == [2, 3])
    }

    @Test func `what is sent with the commit takes effect, and its rows are read`() async throws {
        let database = try await Self.table()
        let pool = database.pool
        let written = Locked<[Int]>([])

        try await pool.transaction { transaction in
            transaction.enqueue("INSERT INTO t VALUES (\(7)) RETURNING id") { rows in
                let ids = try rows.map { try $0.get("id", as: Int.self) }
                written.withLock { $0 += ids }
            }
        }

        #expect(written.withLock(\.self) == [7])
        #expect(try await pool.query("SELECT id FROM t").count == 1)
    }

    @Test(arguments: [0, 1, 2])
    func `one that fails leaves nothing of those before it and behind it, nor the commit`(
        place: Int
    ) async throws {
        let database = try await Self.table()
        let pool = database.pool
        try await pool.execute("INSERT INTO t VALUES (\(place))")

        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { transaction in
                for id in 0..<3 { transaction.enqueue("INSERT INTO t VALUES (\(id))") }
            }
        }

        #expect(error?.sqlState == "23505")
        #expect(try await pool.query("SELECT id FROM t").count == 1)
        // The session that it failed on serves the next one.
        #expect(try await pool.transaction { try $0.query("SELECT 1 AS one").count } == 1)
    }

    @Test func `a body that fails sends nothing of what it only enqueued`() async throws {
        let database = try await Self.table()
        let pool = database.pool

        await #expect(throws: Refused.self) {
            try await pool.transaction { transaction in
                transaction.enqueue("INSERT INTO t VALUES (1)")
                throw Refused()
            }
        }

        #expect(try await pool.query("SELECT id FROM t").isEmpty)
    }

    @Test func `more than a socket holds goes both ways at once`() async throws {
        let database = try await Self.table()
        let pool = database.pool
        let text = String(repeating: "x", count: 4 << 20)

        let rows = try await pool.transaction { transaction in
            try transaction.queries((0..<6).map { "SELECT \($0) AS id, \(text)::text AS text" })
        }

        #expect(try rows.map { try $0[0].get("id", as: Int.self) } == Array(0..<6))
        #expect(try rows.allSatisfy { try $0[0].get("text", as: String.self) == text })
    }

    @Test func `more texts than a session keeps prepared are all run`() async throws {
        let database = try await Self.table()
        let pool = database.pool

        let sums = try await pool.transaction { transaction in
            try (0..<30).map { round in
                try transaction.queries((0..<20).map { SQL(unescaped: "SELECT \(round * 20 + $0) AS n") })
                    .reduce(0) { try $0 + $1[0].get("n", as: Int.self) }
            }
        }

        #expect(sums.reduce(0, +) == (0..<600).reduce(0, +))
    }

    @Test func `cancelling ends what runs of them and skips the others`() async throws {
        let database = try await Self.table()
        let pool = database.pool
        let asleep = Task {
            try await pool.transaction { transaction in
                try transaction.queries(["SELECT pg_sleep(60) AS nap", "INSERT INTO t VALUES (1)"]).count
            }
        }
        let running: SQL = "SELECT 1 FROM pg_stat_activity WHERE query LIKE \("%AS nap") AND state = 'active'"
        while try await pool.query("\(running) AND pid <> pg_backend_pid()").isEmpty { await Task.yield() }

        asleep.cancel()

        await #expect(throws: CancellationError.self) { try await asleep.value }
        #expect(try await pool.query("SELECT id FROM t").isEmpty)
    }

    @Test func `a server that ends the session meanwhile is a lost connection`() async throws {
        let database = try await Self.table()
        let pool = database.pool

        let error = await #expect(throws: PostgresError.self) {
            try await pool.transaction { transaction in
                try transaction.queries([
                    "INSERT INTO t VALUES (1)", "SELECT pg_terminate_backend(pg_backend_pid())",
                    "INSERT INTO t VALUES (2)",
                ]).count
            }
        }

        #expect(error?.isConnectionLoss == true)
        #expect(try await pool.query("SELECT id FROM t").isEmpty)
    }

    @Test func `a transaction that runs nothing asks the server for nothing`() async throws {
        let database = try await Self.table()
        let pool = database.pool
        let counting: SQL = "SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()"
        let before: Int = try await pool.query(counting)[0].get("n")

        #expect(try await pool.transaction { _ in 5 } == 5)

        #expect(try await pool.query(counting)[0].get("n", as: Int.self) <= before + 2)
    }
}

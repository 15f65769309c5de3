import Postgres
import Store
import TestSupport

/// What statements cost, as a number that does not depend on the machine.
enum RowsRead {
    /// How many pages of an index the statements of this transaction have asked for so far.
    static func pages(_ index: String, in transaction: Transaction) throws -> Int {
        try transaction.query("SELECT pg_stat_get_xact_blocks_fetched(\(index)::regclass) AS n")[0].get("n")
    }

    /// How many rows of a table the statements of this transaction have read so far, by whatever way.
    static func count(_ table: String, in transaction: Transaction) throws -> Int {
        try transaction.query(
            """
            SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint AS n
            FROM pg_stat_xact_user_tables
            WHERE relname = \(table)
            """
        )[0].get("n")
    }

    /// How many rows of a table `body` reads, in a transaction that is taken back.
    static func of(
        _ table: String,
        in pool: PostgresPool,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> Int {
        try await measure(in: pool, { try count(table, in: $0) }, body)
    }

    /// How many pages of an index `body` asks for, in a transaction that is taken back.
    static func pages(
        ofIndex index: String,
        in pool: PostgresPool,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> Int {
        try await measure(in: pool, { try pages(index, in: $0) }, body)
    }

    private static func measure(
        in pool: PostgresPool,
        _ count: @escaping @Sendable (Transaction) throws -> Int,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) async throws -> Int {
        do {
            try await pool.transaction { transaction in
                let before = try count(transaction)
                try body(transaction)
                throw Outcome(rows: try count(transaction) - before)
            }
        } catch let outcome as Outcome {
            return outcome.rows
        }
        throw FixtureError.unexpected
    }

    private struct Outcome: Error {
        let rows: Int
    }
}

extension Fixture {
    /// Writes so many messages and a delivery of each to an endpoint by one statement; `state` and `order` are
    /// expressions over the number `n` of each, the order a run and a place.
    func fill(
        _ endpoint: EndpointRecord,
        count: Int,
        prefix: String,
        state: String = "'delivered'",
        order: (run: String, place: String) = ("NULL::text", "NULL::bigint")
    ) async throws {
        try await database.pool.execute(
            """
            INSERT INTO messages (id, tenant_id, event_type, payload)
            SELECT 'msg_' || \(prefix) || n, \(tenantId), 'run.failed', '{}'
            FROM generate_series(1, \(count)) AS numbers (n)
            """
        )
        try await database.pool.execute(
            """
            INSERT INTO deliveries (id, message_id, endpoint_id, state, next_attempt_at, finished_at, ordered_run,
                ordered_place)
            SELECT 'dlv_' || \(prefix) || n, 'msg_' || \(prefix) || n, \(endpoint.id), \(unescaped: state),
                CASE WHEN \(unescaped: state) = 'pending' THEN now() - interval '1 hour' + n * interval '1 ms' END,
                CASE WHEN \(unescaped: state) <> 'pending' THEN now() END,
                \(unescaped: order.run), \(unescaped: order.place)
            FROM generate_series(1, \(count)) AS numbers (n)
            """
        )
        try await database.pool.query("ANALYZE messages, deliveries")
    }
}

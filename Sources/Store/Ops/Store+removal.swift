import Postgres

/// What is left of endpoints that their owners have deleted.
extension Store {
    /// Of a row of `deliveries`: nobody waits for it any more.
    static let isOfDeleted: SQL =
        "endpoint_id = ANY(ARRAY(SELECT id FROM endpoints WHERE deleted_at IS NOT NULL))"

    /// Removes so many deliveries of deleted endpoints, and the endpoints that have none left; returns how many of both
    /// went.
    ///
    /// With their attempts no more than `rowsMax` rows go, unless one delivery alone has more. What another transaction
    /// holds stays until the next time.
    package func removeDeletedEndpoints(limit: Int, rowsMax: Int = .max) async throws -> Int {
        try await pool.transaction { try Self.removeDeletedEndpoints($0, limit: limit, rowsMax: rowsMax) }
    }

    static func removeDeletedEndpoints(
        _ transaction: Transaction,
        limit: Int,
        rowsMax: Int = .max
    ) throws -> Int {
        // The order is that of an index; sorted by hand, each step would read all that is left.
        try transaction.query("SELECT set_config('enable_sort', 'off', true) AS value")
        let deliveries = try transaction.execute(
            """
            WITH old AS MATERIALIZED (
                SELECT d.id, 1 + d.attempts AS n
                FROM endpoints e
                CROSS JOIN LATERAL (
                    SELECT d.id, d.attempts
                    FROM deliveries d
                    WHERE d.endpoint_id = e.id
                    ORDER BY d.id DESC
                    LIMIT \(limit)
                    FOR UPDATE SKIP LOCKED
                ) d
                WHERE e.deleted_at IS NOT NULL
                LIMIT \(limit)
            ), first_few AS MATERIALIZED (
                SELECT id, sum(n) OVER (ROWS UNBOUNDED PRECEDING) AS total, row_number() OVER () AS place
                FROM old
            )
            DELETE FROM deliveries d
            USING first_few
            WHERE d.id = first_few.id AND (first_few.total <= \(rowsMax) OR first_few.place = 1)
            """
        )
        let endpoints = try transaction.execute(
            """
            WITH old AS MATERIALIZED (
                SELECT e.id
                FROM endpoints e
                WHERE e.deleted_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.endpoint_id = e.id)
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            )
            DELETE FROM endpoints e
            USING old
            WHERE e.id = old.id
            """
        )
        return deliveries + endpoints
    }
}

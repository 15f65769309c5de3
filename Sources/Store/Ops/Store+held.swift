import Postgres

/// Deliveries that wait for an endpoint that is paused or disabled.
extension Store {
    /// Ends those that have been due for longer than so many days, and returns how many.
    ///
    /// Their messages stay: they can be replayed once the endpoint is enabled.
    package func expireHeldDeliveries(olderThanDays days: Int, limit: Int) async throws -> Int {
        try await pool.execute(Self.expiry(olderThanDays: days, limit: limit))
    }

    static func expiry(olderThanDays days: Int, limit: Int) -> SQL {
        let moment: SQL = "now() - \(days) * interval '1 day'"
        return """
            WITH old AS MATERIALIZED (
                -- 1. Ranges of an index, whose parts cannot be locked.
                SELECT late.id
                FROM endpoints e
                CROSS JOIN LATERAL (
                    \(DueDeliveries.until(moment, where: DueDeliveries.isUnleased, max: "\(limit)"))
                ) late
                WHERE e.state <> 'enabled' AND e.deleted_at IS NULL
                LIMIT \(limit)
            ), held AS MATERIALIZED (
                -- 2. Locked and looked at again.
                SELECT d.id
                FROM old
                JOIN deliveries d ON d.id = old.id
                WHERE d.state = 'pending' AND d.next_attempt_at <= \(moment) AND \(DueDeliveries.isUnleased)
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET state = 'exhausted', next_attempt_at = NULL, finished_at = now(), lease_token = NULL,
                lease_until = NULL
            FROM held
            WHERE d.id = held.id
            """
    }
}

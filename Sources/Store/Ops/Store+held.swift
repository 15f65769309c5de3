import Postgres

/// Deliveries that wait for an endpoint that is paused or disabled.
extension Store {
    /// Ends those that have been due for longer than so many days, and returns how many.
    ///
    /// Their messages stay: they can be replayed once the endpoint is enabled.
    package func expireHeldDeliveries(olderThanDays days: Int, limit: Int) async throws -> Int {
        try await pool.execute(
            """
            WITH held AS MATERIALIZED (
                SELECT d.id
                FROM endpoints e
                JOIN deliveries d ON d.endpoint_id = e.id AND d.state = 'pending'
                WHERE e.state <> 'enabled' AND e.deleted_at IS NULL
                    AND d.next_attempt_at < now() - \(days) * interval '1 day'
                    AND coalesce(d.lease_until, '-infinity') < now()
                ORDER BY d.id
                LIMIT \(limit)
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET state = 'exhausted', next_attempt_at = NULL, finished_at = now(), lease_token = NULL,
                lease_until = NULL
            FROM held
            WHERE d.id = held.id
            """
        )
    }
}

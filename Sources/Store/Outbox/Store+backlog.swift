import Postgres

extension Store {
    /// How many deliveries are due at endpoints that are enabled, by tenant.
    ///
    /// No more than `perEndpointMax` are counted of one endpoint, and what is not due is not looked at, so that it takes
    /// no longer the worse it is.
    package func deliveryBacklog(perEndpointMax: Int) async throws -> [String: Int] {
        let rows = try await pool.query(Self.backlog(perEndpointMax: perEndpointMax))
        return Dictionary(
            uniqueKeysWithValues: try rows.map {
                (try $0.get("tenant_id", as: String.self), try $0.get("n", as: Int.self))
            }
        )
    }

    static func backlog(perEndpointMax: Int) -> SQL {
        """
        SELECT e.tenant_id, sum(due.n)::bigint AS n
        FROM endpoints e
        CROSS JOIN LATERAL (
            SELECT count(*) AS n
            FROM (
                \(DueDeliveries.until("now()", max: "\(perEndpointMax)"))
            ) few
        ) due
        WHERE e.state = 'enabled' AND e.deleted_at IS NULL
        GROUP BY e.tenant_id
        HAVING sum(due.n) > 0
        """
    }
}

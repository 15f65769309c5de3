import Postgres

/// Which gateways share this database, and what becomes of the work of those that are gone.
///
/// All times are the database's.
extension Store {
    /// Who has not been heard of for so long is taken for gone.
    package static let gatewaySilenceSeconds = 6
    /// A gateway that is gone is listed for so long.
    private static let gatewayKeptHours = 24

    /// Says that a gateway is alive, registers it where it is not known, and tells it what it is to do.
    ///
    /// `isIdle` says that it takes up no work and has none; `isLeaving` that it is about to end.
    package func beat(
        _ gateway: GatewayIdentity,
        isIdle: Bool = false,
        isLeaving: Bool = false
    ) async throws -> GatewayPulse {
        let entry = isLeaving ? GatewayRecord.State.draining : .serving
        let rows = try await pool.query(
            """
            WITH beat AS (
                INSERT INTO gateways (id, version, schema_version, mark, state)
                VALUES (\(gateway.id), \(gateway.version), \(Migration.newestVersion), \(gateway.mark.text), \(entry))
                ON CONFLICT (id) DO UPDATE
                SET seen_at = now(), freed_at = NULL,
                    state = CASE
                        WHEN gateways.state = 'draining' AND \(isIdle) THEN 'drained'
                        WHEN gateways.state = 'serving' THEN excluded.state
                        ELSE gateways.state
                    END
                RETURNING state, xmax = 0 AS is_new
            )
            SELECT state, is_new, (
                SELECT count(*) FROM gateways other
                WHERE other.id <> \(gateway.id)
                    AND other.seen_at > now() - \(Self.gatewaySilenceSeconds) * interval '1 second'
            ) AS others
            FROM beat
            """
        )
        return GatewayPulse(
            state: try rows[0].get("state"),
            others: try rows[0].get("others"),
            isNew: try rows[0].get("is_new")
        )
    }

    /// Frees the leases of gateways that have become silent, so that their work is taken up at once; returns how many
    /// leases there were.
    ///
    /// One that was only paused keeps its tokens, which are good until somebody else has taken the lease.
    package func freeSilentGateways() async throws -> Int {
        try await pool.transaction { transaction in
            try transaction.execute(
                """
                DELETE FROM gateways
                WHERE seen_at < now() - \(Self.gatewayKeptHours) * interval '1 hour'
                """
            )
            let gone = try transaction.query(
                """
                UPDATE gateways
                SET freed_at = now()
                WHERE freed_at IS NULL AND seen_at < now() - \(Self.gatewaySilenceSeconds) * interval '1 second'
                RETURNING mark
                """
            )
            return try Self.free(transaction, marks: gone.compactMap { try $0.get("mark", as: String?.self) })
        }
    }

    /// Gives back what a gateway that ends still holds, and forgets it.
    package func leave(_ gateway: GatewayIdentity) async throws {
        try await pool.transaction { transaction in
            try transaction.execute("DELETE FROM gateways WHERE id = \(gateway.id)")
            _ = try Self.free(transaction, marks: [gateway.mark.text])
        }
    }

    /// The gateways of the last day, the oldest first.
    package func gateways() async throws -> [GatewayRecord] {
        try await pool.query("SELECT \(Self.gatewayColumns) FROM gateways ORDER BY started_at, id")
            .map { try GatewayRecord($0) }
    }

    /// Asks a gateway, or all, to take up no more work, or to go on; returns those that are asked.
    ///
    /// They do so with their next heartbeat. Nil when there is no such gateway.
    package func drainGateways(id: String?, isResuming: Bool) async throws -> [GatewayRecord]? {
        let rows = try await pool.query(
            """
            UPDATE gateways
            SET state = CASE
                WHEN \(isResuming) THEN 'serving'
                WHEN state = 'serving' THEN 'draining'
                ELSE state
            END
            WHERE id = coalesce(\(id), id)
            RETURNING \(Self.gatewayColumns)
            """
        )
        if id != nil && rows.isEmpty { return nil }
        return try rows.map { try GatewayRecord($0) }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    }

    private static var gatewayColumns: SQL {
        """
        \(unescaped: GatewayRecord.columns), seen_at < now() - \(gatewaySilenceSeconds) * interval '1 second' AS is_silent
        """
    }

    /// Ends the leases of the gateways with these marks, or of all; returns how many there were.
    static func free(_ transaction: Transaction, marks: [String]?) throws -> Int {
        if marks == [] { return 0 }
        // Each condition is the one of an index: none of these tables is read as a whole.
        let leased = [
            ("jobs", "lease_token IS NOT NULL"), ("tasks", "lease_token IS NOT NULL"),
            ("callbacks", "state = 'stored'"),
            ("deliveries", "lease_token IS NOT NULL AND state = 'pending'"),
        ]
        return try leased.reduce(0) { count, source in
            count
                + (try transaction.execute(
                    """
                    UPDATE \(unescaped: source.0)
                    SET lease_until = '-infinity'
                    WHERE \(unescaped: source.1) AND lease_until > now()
                        AND (left(lease_token::text, 8) = ANY(\(marks ?? [])) OR \(marks == nil))
                    """
                ))
        }
    }
}

/// What gateways tell each other: that there may be work of a kind.
package enum WakeChannel: String, Sendable, CaseIterable {
    case runtime = "reelgate_runtime"
    case webhooks = "reelgate_webhooks"
}

extension Store {
    /// Wakes all who listen; `sender` lets it tell its own words from others'.
    package func notify(_ channel: WakeChannel, sender: String) async throws {
        try await pool.query("SELECT pg_notify(\(channel.rawValue), \(sender))")
    }
}

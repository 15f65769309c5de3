import Contracts
import Foundation
import Postgres

/// Taking deliveries from the table: those that were not handed over, those to be tried again, and those whose
/// holder is gone.
extension Store {
    /// Takes messages that are due, each for one caller only, the longest due of each tenant first; paused and disabled endpoints wait.
    ///
    /// At most `perEndpointMax` come of one endpoint, or what `endpointLimits` says of it, so that the backlog of one
    /// that does not answer cannot take every place. Such a limit says what was known of the endpoint: it holds up to the
    /// version in `endpointVersions`, if there is one. Of an endpoint that has such a limit `urgentLimits` says how many
    /// urgent ones come beside it. An ordered run gives its oldest message only.
    package func claimDeliveries(
        limit: Int,
        leaseSeconds: Int,
        perEndpointMax: Int = .max,
        endpointLimits: [String: Int] = [:],
        endpointVersions: [String: Int] = [:],
        urgentLimits: [String: Int] = [:]
    ) async throws -> [ClaimedDelivery] {
        let statement = claim(
            limit: limit,
            leaseSeconds: leaseSeconds,
            perEndpointMax: perEndpointMax,
            endpointLimits: endpointLimits,
            endpointVersions: endpointVersions,
            urgentLimits: urgentLimits
        )
        return try await pool.query(statement)
            // An UPDATE gives its rows in any order.
            .map { (place: try $0.get("place", as: Date.self), delivery: try ClaimedDelivery($0)) }
            .sorted { ($0.place, $0.delivery.deliveryId) < ($1.place, $1.delivery.deliveryId) }
            .map(\.delivery)
    }

    /// The statement that takes them.
    func claim(
        limit: Int,
        leaseSeconds: Int,
        perEndpointMax: Int,
        endpointLimits: [String: Int],
        endpointVersions: [String: Int] = [:],
        urgentLimits: [String: Int] = [:]
    ) -> SQL {
        let endpoints = endpointLimits.keys.sorted()
        let share: SQL = "least(coalesce(own.places, \(min(perEndpointMax, limit))), \(limit))"
        return """
            WITH own AS MATERIALIZED (
                SELECT own.id, own.places, own.urgent_places
                FROM unnest(\(endpoints), \(endpoints.map { endpointLimits[$0] ?? 0 }),
                        \(endpoints.map { endpointVersions[$0] ?? .max }),
                        \(endpoints.map { urgentLimits[$0] ?? 0 })) AS own (id, places, version, urgent_places)
                JOIN endpoints e ON e.id = own.id AND own.version >= \(unescaped: DeliveryTarget.version)
            ),
            due AS MATERIALIZED (
                -- 1. The first few of each endpoint; a window function cannot lock, so the lock comes after it.
                -- Each tenant's are numbered, so that a backlog of one tenant does not come before all others.
                SELECT first_few.id, first_few.place,
                    row_number() OVER (PARTITION BY e.tenant_id ORDER BY first_few.place, first_few.id) AS turn
                FROM endpoints e
                LEFT JOIN own ON own.id = e.id
                CROSS JOIN LATERAL (
                    \(DueDeliveries.first(max: share))
                ) first_few
                WHERE e.state = 'enabled' AND e.deleted_at IS NULL AND coalesce(own.places, 1) > 0
            ),
            urgent AS MATERIALIZED (
                -- 2. What is urgent at endpoints that get less than others; it comes before all else.
                SELECT first_few.id, first_few.place, 0 AS turn
                FROM own
                JOIN endpoints e ON e.id = own.id
                CROSS JOIN LATERAL (
                    \(DueDeliveries.urgent(max: "own.urgent_places"))
                ) first_few
                WHERE e.state = 'enabled' AND e.deleted_at IS NULL AND own.urgent_places > 0
            ),
            picked AS MATERIALIZED (
                -- 3. Of all these the longest due of each tenant in turn, locked and looked at again.
                SELECT d.id, due.place
                FROM deliveries d
                JOIN (
                    SELECT id, place, turn FROM urgent
                    UNION ALL
                    SELECT id, place, turn FROM due WHERE id NOT IN (SELECT id FROM urgent)
                ) due ON due.id = d.id
                WHERE d.state = 'pending' AND \(DueDeliveries.isFree) AND \(DueDeliveries.isFirst)
                ORDER BY due.turn, due.place, d.id
                LIMIT \(limit)
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET lease_token = \(leaseToken), lease_until = now() + \(leaseSeconds) * interval '1 second'
            FROM picked, messages m, endpoints e
            WHERE d.id = picked.id AND m.id = d.message_id AND e.id = d.endpoint_id
            RETURNING d.id, d.message_id, \(unescaped: DeliveryTarget.columns), m.event_type, m.payload, d.attempts,
                d.replayed_from, d.lease_token, d.created_at, \(DueDeliveries.isUrgent) AS is_urgent, picked.place
            """
    }

    /// What endpoints are like now, by id; those that get nothing are left out.
    package func deliveryTargets(endpointIds: [String]) async throws -> [String: DeliveryTarget] {
        try await Self.targets(endpointIds: endpointIds, pool: pool)
    }

    static func targets(endpointIds: [String], pool: PostgresPool) async throws -> [String: DeliveryTarget] {
        let targets = try await pool.query(
            """
            SELECT \(unescaped: DeliveryTarget.columns)
            FROM endpoints e
            WHERE e.id = ANY(\(endpointIds)) AND e.state = 'enabled' AND e.deleted_at IS NULL
            """
        ).map { try DeliveryTarget($0) }
        return Dictionary(targets.map { ($0.endpointId, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Gives deliveries back that no attempt was made at, for any gateway to take; those whose lease is lost, or that
    /// another holds at this moment, stay.
    package func handBackDeliveries(_ leases: [DeliveryLease]) async throws {
        guard !leases.isEmpty else { return }
        try await Self.handBack(leases, pool: pool)
    }

    static func handBack(_ leases: [DeliveryLease], pool: PostgresPool) async throws {
        try await pool.execute(
            """
            WITH held AS MATERIALIZED (
                -- What another holds at this moment is free when its lease runs out, and nobody is waited for.
                SELECT d.id
                FROM unnest(\(leases.map(\.deliveryId)), \(leases.map(\.token))) AS own (id, token)
                JOIN deliveries d ON d.id = own.id AND d.lease_token = own.token AND d.state = 'pending'
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET lease_token = NULL, lease_until = NULL
            FROM held
            WHERE d.id = held.id
            """
        )
    }

    /// Writes an attempt down together with what follows from it; false when the lease is lost.
    ///
    /// It shares its transaction with other attempts that end at about the same time.
    package func finishDelivery(
        _ lease: DeliveryLease,
        attempt: NewAttempt,
        next: DeliveryNext
    ) async throws -> Bool {
        let ending = GroupedWrites.Ending(store: self, lease: lease, attempt: attempt, next: next)
        if next.disabling == nil, let isHeld = try await groups.deliveries.commit(ending) { return isHeld }
        return try await groups.lateDeliveries.commit(ending)
    }
}

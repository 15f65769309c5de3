package import Contracts
import Foundation
import Postgres

extension Store {
    /// Takes messages that are due, each for one caller only and the longest due first; disabled endpoints wait.
    ///
    /// At most `perEndpointMax` come of one endpoint and none of `excludedEndpoints`, so that the backlog of one
    /// that does not answer cannot take every place.
    package func claimDeliveries(
        limit: Int,
        leaseSeconds: Int,
        perEndpointMax: Int = .max,
        excludedEndpoints: [String] = []
    ) async throws -> [ClaimedDelivery] {
        try await pool.query(
            """
            WITH due AS MATERIALIZED (
                -- 1. The first few of each endpoint; a window function cannot lock, so the lock comes after it.
                SELECT first_few.id, first_few.place
                FROM endpoints e
                CROSS JOIN LATERAL (
                    SELECT d.id, d.next_attempt_at AS place
                    FROM deliveries d
                    WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.next_attempt_at <= now()
                        AND coalesce(d.lease_until, '-infinity') < now()
                    ORDER BY d.next_attempt_at, d.id
                    LIMIT \(min(perEndpointMax, limit))
                ) first_few
                WHERE e.state = 'enabled' AND NOT e.id = ANY(\(excludedEndpoints))
            ),
            picked AS MATERIALIZED (
                -- 2. Of all these the longest due, locked and looked at again.
                SELECT d.id, due.place
                FROM deliveries d
                JOIN due ON due.id = d.id
                WHERE d.state = 'pending' AND d.next_attempt_at <= now()
                    AND coalesce(d.lease_until, '-infinity') < now()
                ORDER BY due.place, d.id
                LIMIT \(limit)
                FOR UPDATE OF d SKIP LOCKED
            )
            UPDATE deliveries d
            SET lease_token = \(leaseToken), lease_until = now() + \(leaseSeconds) * interval '1 second'
            FROM picked, messages m, endpoints e
            WHERE d.id = picked.id AND m.id = d.message_id AND e.id = d.endpoint_id
            RETURNING d.id, d.message_id, m.tenant_id, d.endpoint_id, e.url, m.event_type, m.payload, d.attempts,
                \(unescaped: SigningKey.columns), d.lease_token, d.created_at, picked.place
            """
        )
        // An UPDATE gives its rows in any order.
        .map { (place: try $0.get("place", as: Date.self), delivery: try ClaimedDelivery($0)) }
        .sorted { ($0.place, $0.delivery.deliveryId) < ($1.place, $1.delivery.deliveryId) }
        .map(\.delivery)
    }

    /// Writes an attempt down together with what follows from it; false when the lease is lost.
    ///
    /// It shares its transaction with other attempts that end at the same moment.
    package func finishDelivery(
        _ lease: DeliveryLease,
        attempt: NewAttempt,
        next: DeliveryNext
    ) async throws -> Bool {
        try await groups.deliveries.commit(
            GroupedWrites.Ending(store: self, lease: lease, attempt: attempt, next: next)
        )
    }

    /// A page of what went to one endpoint, newest first, with all attempts.
    package func deliveries(
        tenantId: String,
        endpointId: String,
        limit: Int,
        after: String?
    ) async throws -> Page<DeliveryView> {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT d.id, d.message_id, d.endpoint_id, m.event_type, d.state, d.next_attempt_at, d.created_at
                FROM deliveries d
                JOIN messages m ON m.id = d.message_id
                WHERE d.endpoint_id = \(endpointId) AND m.tenant_id = \(tenantId)
                    AND (d.id < \(after) OR \(after) IS NULL)
                ORDER BY d.id DESC
                LIMIT \(limit + 1)
                """
            )
            let ids = try rows.prefix(limit).map { try $0.get("id", as: String.self) }
            let attempts = try Self.attempts(transaction, deliveryIds: ids)
            let views = try zip(ids, rows).map { id, row in
                DeliveryView(
                    id: id,
                    messageId: try row.get("message_id"),
                    endpointId: try row.get("endpoint_id"),
                    eventType: try row.get("event_type"),
                    state: try row.get("state"),
                    attempts: attempts[id] ?? [],
                    nextAttemptAt: try row.get("next_attempt_at"),
                    createdAt: try row.get("created_at")
                )
            }
            return Page(views, limit: limit, found: rows.count) { $0.id }
        }
    }

    /// A page of the tenant's messages, newest first.
    package func messages(tenantId: String, limit: Int, after: String?) async throws -> Page<MessageRecord> {
        let found = try await pool.query(
            """
            SELECT id, run_id, event_type, payload, created_at
            FROM messages
            WHERE tenant_id = \(tenantId) AND (id < \(after) OR \(after) IS NULL)
            ORDER BY id DESC
            LIMIT \(limit + 1)
            """
        ).map { try MessageRecord($0) }
        return Page(Array(found.prefix(limit)), limit: limit, found: found.count) { $0.id }
    }

    package func message(tenantId: String, id: String) async throws -> MessageRecord? {
        try await pool.query(
            """
            SELECT id, run_id, event_type, payload, created_at
            FROM messages
            WHERE tenant_id = \(tenantId) AND id = \(id)
            """
        ).first.map { try MessageRecord($0) }
    }

    private static func attempts(
        _ transaction: Transaction,
        deliveryIds: [String]
    ) throws -> [String: [DeliveryView.Attempt]] {
        var attempts: [String: [DeliveryView.Attempt]] = [:]
        let rows = try transaction.query(
            """
            SELECT delivery_id, number, outcome, status, problem, response_body, started_at, duration_ms
            FROM delivery_attempts
            WHERE delivery_id = ANY(\(deliveryIds))
            ORDER BY delivery_id, number
            """
        )
        for row in rows {
            let body = try row.get("response_body", as: SQLBytes?.self)
            attempts[try row.get("delivery_id"), default: []].append(
                DeliveryView.Attempt(
                    number: try row.get("number"),
                    outcome: try row.get("outcome"),
                    status: try row.get("status"),
                    problem: try row.optionalJSON("problem"),
                    durationMs: try row.get("duration_ms"),
                    responseBody: body.map { String(decoding: $0.bytes, as: UTF8.self) },
                    startedAt: try row.get("started_at")
                )
            )
        }
        return attempts
    }
}

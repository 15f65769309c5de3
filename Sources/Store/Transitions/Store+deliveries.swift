package import Contracts
import Foundation
import Postgres

extension Store {
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

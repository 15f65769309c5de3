package import Contracts
import Foundation
import Postgres

/// Deliveries as their endpoint's owner sees them.
extension Store {
    /// A page of what went to one endpoint, newest first, with all attempts.
    package func deliveries(
        tenantId: String,
        endpointId: String,
        selection: DeliverySelection = DeliverySelection(),
        limit: Int,
        after: String?
    ) async throws -> Page<DeliveryView> {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT \(unescaped: Self.deliveryColumns)
                FROM deliveries d
                JOIN messages m ON m.id = d.message_id
                JOIN endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
                WHERE d.endpoint_id = \(endpointId) AND e.tenant_id = \(tenantId)
                    AND (d.state = \(selection.state?.rawValue) OR \(selection.state?.rawValue) IS NULL)
                    AND (m.event_type = ANY(\(selection.filter.types)) OR \(selection.filter.isEvery))
                    AND (d.created_at >= \(selection.since) OR \(selection.since) IS NULL)
                    AND (d.created_at < \(selection.until) OR \(selection.until) IS NULL)
                    AND (d.id < \(after) OR \(after) IS NULL)
                ORDER BY d.id DESC
                LIMIT \(limit + 1)
                """
            )
            let views = try Self.views(transaction, Array(rows.prefix(limit)))
            return Page(views, limit: limit, found: rows.count) { $0.id }
        }
    }

    /// One delivery with what was sent and answered in each attempt.
    package func delivery(tenantId: String, id: String) async throws -> DeliveryView? {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT \(unescaped: Self.deliveryColumns), m.payload, m.payload_removed_at
                FROM deliveries d
                JOIN messages m ON m.id = d.message_id
                JOIN endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
                WHERE d.id = \(id) AND e.tenant_id = \(tenantId)
                """
            )
            guard let row = rows.first else { return nil }
            var view = try Self.views(transaction, [row], isFull: true)[0]
            view.payload = try Self.payload(row)
            return view
        }
    }

    /// What became of one message at each endpoint, oldest endpoint first.
    static func deliveries(_ transaction: Transaction, ofMessage id: String) throws -> [DeliveryView] {
        let rows = try transaction.query(
            """
            SELECT \(unescaped: deliveryColumns)
            FROM deliveries d
            JOIN messages m ON m.id = d.message_id
            JOIN endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
            WHERE d.message_id = \(id)
            ORDER BY d.endpoint_id
            """
        )
        return try views(transaction, rows)
    }

    /// The text of a message, nil when it is not kept any more.
    static func payload(_ row: Row) throws -> String? {
        guard try row.get("payload_removed_at", as: Date?.self) == nil else { return nil }
        return String(decoding: try row.data("payload"), as: UTF8.self)
    }

    private static let deliveryColumns = """
        d.id, d.message_id, d.endpoint_id, m.event_type, d.state, e.state AS endpoint_state, d.replays,
        d.next_attempt_at, d.created_at, d.finished_at
        """

    private static func views(
        _ transaction: Transaction,
        _ rows: [Row],
        isFull: Bool = false
    ) throws -> [DeliveryView] {
        let ids = try rows.map { try $0.get("id", as: String.self) }
        let attempts = try attempts(transaction, deliveryIds: ids, isFull: isFull)
        return try zip(ids, rows).map { id, row in
            let state: String = try row.get("state")
            return DeliveryView(
                id: id,
                messageId: try row.get("message_id"),
                endpointId: try row.get("endpoint_id"),
                eventType: try row.get("event_type"),
                state: state,
                isHeld: try state == "pending" && row.get("endpoint_state") != "enabled",
                attempts: attempts[id] ?? [],
                replays: try row.get("replays"),
                nextAttemptAt: try row.get("next_attempt_at"),
                createdAt: try row.get("created_at"),
                finishedAt: try row.get("finished_at")
            )
        }
    }

    private static func attempts(
        _ transaction: Transaction,
        deliveryIds: [String],
        isFull: Bool
    ) throws -> [String: [AttemptView]] {
        var attempts: [String: [AttemptView]] = [:]
        let rows = try transaction.query(
            """
            SELECT delivery_id, number, outcome, status, problem, response_body, started_at, duration_ms, dns_ms,
                connect_ms, tls_ms, first_byte_ms, CASE WHEN \(isFull) THEN request_head END AS request_head,
                CASE WHEN \(isFull) THEN response_headers END AS response_headers
            FROM delivery_attempts
            WHERE delivery_id = ANY(\(deliveryIds))
            ORDER BY delivery_id, number
            """
        )
        for row in rows {
            attempts[try row.get("delivery_id"), default: []].append(try AttemptView(row))
        }
        return attempts
    }
}

extension AttemptView {
    fileprivate init(_ row: Row) throws {
        let body = try row.get("response_body", as: SQLBytes?.self)
        let head = try row.get("request_head", as: String?.self)
        self.init(
            number: try row.get("number"),
            outcome: try row.get("outcome"),
            status: try row.get("status"),
            problem: try row.optionalJSON("problem"),
            durationMs: try row.get("duration_ms"),
            timing: try Timing(row),
            responseBody: body.map { String(decoding: $0.bytes, as: UTF8.self) },
            startedAt: try row.get("started_at"),
            request: head.flatMap(RequestHead.init(text:)),
            responseHeaders: try row.optionalJSON("response_headers")
        )
    }
}

extension AttemptView.Timing {
    fileprivate init?(_ row: Row) throws {
        guard let dnsMs = try row.get("dns_ms", as: Int?.self) else { return nil }
        self.init(
            dnsMs: dnsMs,
            connectMs: try row.get("connect_ms"),
            tlsMs: try row.get("tls_ms"),
            firstByteMs: try row.get("first_byte_ms"),
            totalMs: try row.get("duration_ms")
        )
    }
}

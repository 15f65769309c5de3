package import Contracts
import Foundation
import Postgres

/// What was told to endpoints, by message.
extension Store {
    /// A page of the tenant's messages, newest first.
    package func messages(
        tenantId: String,
        selection: DeliverySelection = DeliverySelection(),
        limit: Int,
        after: String?
    ) async throws -> Page<MessageView> {
        let found = try await pool.query(
            """
            SELECT id, event_type, run_id, output_id, created_at, payload_removed_at
            FROM messages
            WHERE tenant_id = \(tenantId)
                AND (event_type = ANY(\(selection.filter.types)) OR \(selection.filter.isEvery))
                AND (run_id = \(selection.runId) OR \(selection.runId) IS NULL)
                AND (created_at >= \(selection.since) OR \(selection.since) IS NULL)
                AND (created_at < \(selection.until) OR \(selection.until) IS NULL)
                AND (id < \(after) OR \(after) IS NULL)
            ORDER BY id DESC
            LIMIT \(limit + 1)
            """
        ).map { try MessageView($0) }
        return Page(Array(found.prefix(limit)), limit: limit, found: found.count) { $0.id }
    }

    /// One message with its payload and what became of it at each endpoint.
    package func message(tenantId: String, id: String) async throws -> MessageView? {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT id, event_type, run_id, output_id, created_at, payload_removed_at, payload
                FROM messages
                WHERE tenant_id = \(tenantId) AND id = \(id)
                """
            )
            guard let row = rows.first else { return nil }
            var view = try MessageView(row)
            view.payload = try Self.payload(row)
            view.deliveries = try Self.deliveries(transaction, ofMessage: id)
            return view
        }
    }

    /// Gives up the payloads of messages that are older, except of those that are still to be sent; returns how many.
    package func removePayloads(olderThanDays days: Int, limit: Int) async throws -> Int {
        try await pool.transaction { transaction in
            // Locked against replays, which hold a message that they send again; then looked at once more, for one
            // that ended in between.
            let ids = try transaction.query(
                """
                SELECT m.id
                FROM messages m
                WHERE m.created_at < now() - \(days) * interval '1 day' AND m.payload_removed_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = 'pending')
                ORDER BY m.created_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
                """
            ).map { try $0.get("id", as: String.self) }
            guard !ids.isEmpty else { return 0 }
            return try transaction.execute(
                """
                UPDATE messages m
                SET payload = '', payload_removed_at = now()
                WHERE m.id = ANY(\(ids))
                    AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.state = 'pending')
                """
            )
        }
    }

    /// Looks at so many messages that are older, in the order of their ids from `after` on, and removes those of which
    /// nothing is pending and nothing has ended since, with their deliveries.
    ///
    /// A delivery goes only with its message: without it a replay would take it for one that there never was. With all
    /// that goes along no more than `rowsMax` rows go, unless the first message alone has more. Returns how many were
    /// looked at and removed, and where to go on; nil when there are no more.
    package func removeMessages(
        olderThanDays days: Int,
        after: String?,
        limit: Int,
        rowsMax: Int = .max
    ) async throws -> (lookedAt: Int, removed: Int, next: String?) {
        try await pool.transaction {
            try Self.removeMessages($0, olderThanDays: days, after: after, limit: limit, rowsMax: rowsMax)
        }
    }

    static func removeMessages(
        _ transaction: Transaction,
        olderThanDays days: Int,
        after: String?,
        limit: Int,
        rowsMax: Int = .max
    ) throws -> (lookedAt: Int, removed: Int, next: String?) {
        let cutoff = try transaction.now().addingTimeInterval(-Double(days) * 86_400)
        let end = ResourceID.make(
            .message,
            now: cutoff.addingTimeInterval(-Self.idSlackSeconds),
            random: (0, 0)
        )
        // Locked against replays, which hold a message that they send again; then looked at.
        let found = try transaction.query(
            """
            SELECT id
            FROM messages
            WHERE id > \(after ?? "") AND id < \(end) AND created_at < \(cutoff)
            ORDER BY id
            LIMIT \(limit)
            FOR UPDATE SKIP LOCKED
            """
        ).map { try $0.get("id", as: String.self) }
        let ids = try firstMessages(transaction, of: found, rowsMax: rowsMax)
        guard !ids.isEmpty else { return (0, 0, nil) }
        let removed = try transaction.execute(
            """
            DELETE FROM messages m
            WHERE m.id = ANY(\(ids)) AND NOT EXISTS (
                SELECT 1
                FROM deliveries d
                WHERE d.message_id = m.id AND (d.state = 'pending' OR d.finished_at >= \(cutoff))
            )
            """
        )
        return (ids.count, removed, ids.count == found.count && found.count < limit ? nil : ids.last)
    }

    /// As many of these messages as have no more rows together, with deliveries and attempts; the first in any case.
    private static func firstMessages(
        _ transaction: Transaction,
        of ids: [String],
        rowsMax: Int
    ) throws -> [String] {
        let rows = try transaction.query(
            """
            SELECT new.id, (
                SELECT 1 + coalesce(sum(1 + d.attempts), 0) FROM deliveries d WHERE d.message_id = new.id
            )::bigint AS n
            FROM unnest(\(ids)) WITH ORDINALITY AS new (id, place)
            ORDER BY new.place
            """
        )
        var total = 0
        let first = try rows.prefix { row in
            total += try row.get("n", as: Int.self)
            return total <= rowsMax
        }
        return try rows.prefix(max(first.count, 1)).map { try $0.get("id") }
    }
}

extension MessageView {
    init(_ row: Row) throws {
        self.init(
            id: try row.get("id"),
            eventType: try row.get("event_type"),
            runId: try row.get("run_id"),
            outputId: try row.get("output_id"),
            createdAt: try row.get("created_at"),
            payloadRemovedAt: try row.get("payload_removed_at")
        )
    }
}

package import Contracts
import Foundation
import Postgres

/// The place in a tenant's feed up to which somebody has read.
package struct FeedCursor: Sendable, Hashable {
    let transaction: UInt64
    let messageId: String

    static let start = FeedCursor(transaction: 0, messageId: "0")

    init(transaction: UInt64, messageId: String) {
        self.transaction = transaction
        self.messageId = messageId
    }

    /// Reads what `description` wrote.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let transaction = UInt64(parts[0]),
            parts[1] == "0" || ResourceID.isValid(String(parts[1]), .message)
        else { return nil }
        self.init(transaction: transaction, messageId: String(parts[1]))
    }
}

extension FeedCursor: CustomStringConvertible {
    package var description: String { "\(transaction)-\(messageId)" }
}

/// The events of a tenant to be fetched, where they need not be pushed.
extension Store {
    /// For so many days after the feed was last read, every event of the tenant becomes a message.
    static let feedDays = 30

    /// The messages after a place, in the order of the transactions that wrote them.
    ///
    /// A transaction that began early may commit late, so neither ids nor times are an order in which nothing is
    /// missed. Shown is what was written by transactions older than the oldest one that still runs: among those
    /// nothing is added any more, and a slow transaction holds back what began after it, for as long as it runs. So
    /// the events of one transaction come together, and those of a run nearly in the order of their times.
    package func feed(
        tenantId: String,
        filter: EventFilter,
        after: FeedCursor?,
        limit: Int
    ) async throws -> FeedPage {
        let start = after ?? .start
        let rows = try await pool.query(
            """
            WITH place AS MATERIALIZED (
                SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon
            )
            SELECT place.horizon::text AS horizon, m.*
            FROM place
            LEFT JOIN LATERAL (
                SELECT m.id, m.event_type, m.run_id, m.output_id, m.created_at, m.payload_removed_at, m.payload,
                    m.txid::text AS transaction
                FROM messages m
                WHERE m.tenant_id = \(tenantId) AND m.txid IS NOT NULL
                    AND (m.txid, m.id) > (\(String(start.transaction))::xid8, \(start.messageId))
                    AND m.txid < place.horizon
                    AND (m.event_type = ANY(\(filter.types)) OR \(filter.isEvery))
                ORDER BY m.txid, m.id
                LIMIT \(limit + 1)
            ) m ON true
            """
        )
        let found = try rows.filter { try $0.get("id", as: String?.self) != nil }
        let page = found.prefix(limit)
        let data = try page.map { row in
            var view = try MessageView(row)
            view.payload = try Self.payload(row)
            return view
        }
        let hasMore = found.count > limit
        // With nothing more to show, whatever there was below the horizon is read, also what the filter left out.
        let horizon = try rows.first.map { UInt64(try $0.get("horizon", as: String.self)) ?? 0 } ?? 0
        let last = try hasMore ? page.last.map { try Self.cursor($0) } : nil
        let read = FeedCursor(transaction: max(horizon, start.transaction), messageId: "0")
        return FeedPage(data: data, hasMore: hasMore, next: (last ?? read).description)
    }

    /// The place from which only what is yet to come is shown.
    package func feedEnd() async throws -> FeedCursor {
        let rows = try await pool.query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon")
        let horizon = try rows.first.map { UInt64(try $0.get("horizon", as: String.self)) ?? 0 } ?? 0
        return FeedCursor(transaction: horizon, messageId: "0")
    }

    /// Notes that the tenant reads its feed, so that from now on all its events are in it.
    package func noteFeedRead(tenantId: String) async throws {
        try await pool.execute(
            """
            UPDATE tenants
            SET feed_read_at = now()
            WHERE id = \(tenantId) AND coalesce(feed_read_at < now() - interval '1 hour', true)
            """
        )
    }

    private static func cursor(_ row: Row) throws -> FeedCursor {
        FeedCursor(
            transaction: UInt64(try row.get("transaction", as: String.self)) ?? 0,
            messageId: try row.get("id")
        )
    }
}

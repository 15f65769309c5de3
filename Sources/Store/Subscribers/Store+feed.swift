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
            String(transaction) == parts[0],
            parts[1] == "0" || ResourceID.isValid(String(parts[1]), .message)
        else { return nil }
        self.init(transaction: transaction, messageId: String(parts[1]))
    }

    /// Whether it lies ahead of an end of the feed, so that no answer until then can have named it.
    package func isAhead(of end: FeedCursor) -> Bool {
        (transaction, messageId) > (end.transaction, end.messageId)
    }
}

extension FeedCursor: CustomStringConvertible {
    package var description: String { "\(transaction)-\(messageId)" }
}

/// The events of a tenant to be fetched, where they need not be pushed.
extension Store {
    /// For so many days after the feed was last read, every event of the tenant becomes a message.
    static let feedDays = 30
    /// So many messages are looked at for one page.
    package static let feedRowsMax = 10_000

    /// The messages after a place, in the order of the transactions that wrote them.
    ///
    /// A transaction that began early may commit late, so neither ids nor times are an order in which nothing is
    /// missed. Shown is what was written by transactions older than the oldest one that still runs: among those
    /// nothing is added any more, and a slow transaction holds back what began after it, for as long as it runs. So
    /// the events of one transaction come together, and those of a run nearly in the order of their times.
    ///
    /// No more than `rowsMax` are looked at, so that a filter which finds next to nothing costs no more than one that
    /// finds much: the answer says where to go on.
    package func feed(
        tenantId: String,
        filter: EventFilter,
        after: FeedCursor?,
        limit: Int,
        rowsMax: Int = Self.feedRowsMax
    ) async throws -> FeedPage {
        let start = after ?? .start
        let rows = try await pool.query(
            Self.feed(tenantId: tenantId, filter: filter, after: start, limit: limit, rowsMax: rowsMax)
        )
        let found = try rows.filter { try $0.get("is_wanted", as: Bool?.self) == true }
        let page = found.prefix(limit)
        let data = try page.map { row in
            var view = try MessageView(row)
            view.payload = try Self.payload(row)
            return view
        }
        if found.count > limit, let last = page.last {
            return FeedPage(data: data, hasMore: true, next: try Self.cursor(last).description)
        }
        if let last = rows.last, try last.get("number", as: Int?.self) == rowsMax {
            return FeedPage(data: data, hasMore: true, next: try Self.cursor(last).description)
        }
        // With nothing more to show, whatever there was below the horizon is read, also what the filter left out.
        let horizon = try rows.first.map { UInt64(try $0.get("horizon", as: String.self)) ?? 0 } ?? 0
        let read = FeedCursor(transaction: max(horizon, start.transaction), messageId: "0")
        return FeedPage(data: data, hasMore: false, next: read.description)
    }

    /// The messages that are wanted, one more than `limit`, and the last one that may be looked at, wanted or not.
    static func feed(
        tenantId: String,
        filter: EventFilter,
        after: FeedCursor,
        limit: Int,
        rowsMax: Int
    ) -> SQL {
        """
        WITH place AS MATERIALIZED (
            SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon
        )
        SELECT place.horizon::text AS horizon, shown.*
        FROM place
        LEFT JOIN LATERAL (
            -- In the order in which they are looked at, so that nothing is looked at behind the last one shown.
            SELECT few.id, few.event_type, few.run_id, few.output_id, few.created_at, few.payload_removed_at,
                few.payload, few.txid::text AS transaction, few.number,
                few.event_type = ANY(\(filter.types)) OR \(filter.isEvery) AS is_wanted
            FROM (
                SELECT m.*, row_number() OVER (ORDER BY m.txid, m.id) AS number
                FROM messages m
                WHERE m.tenant_id = \(tenantId) AND m.txid IS NOT NULL
                    AND (m.txid, m.id) > (\(String(after.transaction))::xid8, \(after.messageId))
                    AND m.txid < place.horizon
                ORDER BY m.txid, m.id
                LIMIT \(rowsMax)
            ) few
            WHERE few.event_type = ANY(\(filter.types)) OR \(filter.isEvery) OR few.number = \(rowsMax)
            ORDER BY few.txid, few.id
            LIMIT \(limit + 1)
        ) shown ON true
        """
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

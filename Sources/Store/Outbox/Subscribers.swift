import Contracts
import Foundation
import Postgres

/// Who there is to be told of the events of some tenants.
struct Subscribers {
    let endpoints: [Subscriber]
    /// The tenants who read their feeds.
    let readers: Set<String>
    /// The transaction's time: it comes along, since whoever tells anything needs it.
    let now: Date

    func isWanted(_ type: EventType, byTenant id: String) -> Bool {
        readers.contains(id) || endpoints.contains { $0.tenantId == id && $0.wants(type) }
    }
}

extension Reading<Subscribers> {
    static func subscribers(ofTenants ids: [String]) -> Self {
        self.subscribers(tenants: "t.id = ANY(\(ids))")
    }

    /// Of the tenants that a condition on `t` picks.
    static func subscribers(tenants condition: SQL) -> Self {
        let statement: SQL = """
            SELECT \(unescaped: DeliveryTarget.columns), e.event_types, e.state, clock.now,
                CASE WHEN t.feed_read_at > clock.now - \(Store.feedDays) * interval '1 day' THEN t.id END AS reader
            FROM (SELECT now() AS now) clock
            LEFT JOIN tenants t ON \(condition)
            LEFT JOIN endpoints e ON e.tenant_id = t.id AND e.deleted_at IS NULL
            ORDER BY e.id
            """
        return Reading([statement]) { rows in
            let found = rows[0]
            let endpoints = try found.filter { try $0.get("endpoint_id", as: String?.self) != nil }
            return Subscribers(
                endpoints: try endpoints.map { try Subscriber($0) },
                readers: Set(try found.compactMap { try $0.get("reader", as: String?.self) }),
                now: try found[0].get("now")
            )
        }
    }
}

import Contracts
import Foundation
import Postgres

extension Transaction {
    /// Writes the messages that any endpoint wants, and returns how many deliveries there are.
    ///
    /// A tenant that reads its feed wants every event. Endpoints that are paused or disabled have theirs written too, and
    /// get them when they are enabled again. What they say is fixed here. Nothing is read or written where nobody wants
    /// any of them.
    @discardableResult
    func tell(_ announcements: [Announcement], tenants: [String: String], links: LinkMinter) throws -> Int {
        let (endpoints, readers, now) = try subscribers(ofTenants: Set(tenants.values).sorted())
        let wanted = announcements.filter { announcement in
            tenants[announcement.runId].map(readers.contains) == true
                || endpoints.contains {
                    $0.tenantId == tenants[announcement.runId] && $0.wants(announcement.type)
                }
        }
        guard let now, !wanted.isEmpty else { return 0 }
        let contents = try EventContents(of: wanted, now: now, transaction: self, links: links)
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        for announcement in wanted {
            guard let tenantId = tenants[announcement.runId] else { continue }
            let envelope = EventEnvelope(
                type: announcement.type,
                timestamp: now,
                data: contents.content(of: announcement)
            )
            let message = try messages.add(
                envelope,
                tenantId: tenantId,
                runId: announcement.runId,
                outputId: announcement.outputId
            )
            for endpoint in endpoints where endpoint.tenantId == tenantId {
                if endpoint.wants(announcement.type) {
                    deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled)
                }
            }
        }
        return try deliveries.insert(after: messages, in: self)
    }

    /// Puts a message into the outbox, with a delivery for each endpoint that wants it, and returns its id.
    ///
    /// No endpoint hears of its own disabling.
    @discardableResult
    func send(
        _ envelope: EventEnvelope,
        tenantId: String,
        runId: String? = nil,
        outputId: String? = nil,
        links: LinkMinter
    ) throws -> String {
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        let message = try messages.add(envelope, tenantId: tenantId, runId: runId, outputId: outputId)
        let aboutId = envelope.data.endpoint?.id
        for endpoint in try subscribers(ofTenants: [tenantId]).endpoints {
            guard endpoint.target.endpointId != aboutId, endpoint.wants(envelope.type) else { continue }
            deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled)
        }
        _ = try deliveries.insert(after: messages, in: self)
        return message.id
    }

    /// The endpoints of these tenants, those of the tenants who read their feeds, and the transaction's time.
    ///
    /// The time comes along since whoever tells anything needs it too; there is none where there is no tenant.
    func subscribers(
        ofTenants ids: [String]
    ) throws -> (endpoints: [Subscriber], readers: Set<String>, now: Date?) {
        let rows = try query(
            """
            SELECT \(unescaped: DeliveryTarget.columns), e.event_types, e.state, now() AS now,
                CASE WHEN t.feed_read_at > now() - \(Store.feedDays) * interval '1 day' THEN t.id END AS reader
            FROM tenants t
            LEFT JOIN endpoints e ON e.tenant_id = t.id AND e.deleted_at IS NULL
            WHERE t.id = ANY(\(ids))
            ORDER BY e.id
            """
        )
        let readers = try rows.compactMap { try $0.get("reader", as: String?.self) }
        let endpoints = try rows.filter { try $0.get("endpoint_id", as: String?.self) != nil }
        return (try endpoints.map { try Subscriber($0) }, Set(readers), try rows.first?.get("now"))
    }
}

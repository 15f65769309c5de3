import Contracts
import Postgres

extension Transaction {
    /// Writes the messages that any endpoint wants, and returns how many deliveries there are.
    ///
    /// What they say is fixed here. Nothing is read or written where nobody wants any of them.
    func tell(_ announcements: [Announcement], tenants: [String: String], links: LinkMinter) throws -> Int {
        let endpoints = try endpoints(ofTenants: Set(tenants.values).sorted())
        let wanted = announcements.filter { announcement in
            endpoints.contains { $0.tenantId == tenants[announcement.runId] && $0.wants(announcement.type) }
        }
        guard !wanted.isEmpty else { return 0 }
        let contents = try EventContents(of: wanted, transaction: self, links: links)
        var (messages, deliveries) = (MessageRows(), DeliveryRows())
        for announcement in wanted {
            guard let tenantId = tenants[announcement.runId] else { continue }
            let envelope = EventEnvelope(
                type: announcement.type,
                timestamp: contents.now,
                data: contents.content(of: announcement)
            )
            let id = try messages.add(announcement, tenantId: tenantId, envelope)
            for endpoint in endpoints where endpoint.tenantId == tenantId && endpoint.isEnabled {
                if endpoint.wants(announcement.type) {
                    deliveries.add(messageId: id, endpointId: endpoint.id)
                }
            }
        }
        return try execute(
            """
            WITH told AS (
                \(messages.insertion)
            )
            \(deliveries.insertion)
            """
        )
    }

    private func endpoints(ofTenants ids: [String]) throws -> [Subscriber] {
        try query(
            "SELECT id, tenant_id, event_types, state FROM endpoints WHERE tenant_id = ANY(\(ids)) ORDER BY id"
        ).map { row in
            Subscriber(
                id: try row.get("id"),
                tenantId: try row.get("tenant_id"),
                types: Set(try row.get("event_types", as: [String].self)),
                isEnabled: try row.get("state", as: String.self) == "enabled"
            )
        }
    }
}

/// An endpoint, as far as it matters who wants which events; a disabled one may ask for them later.
private struct Subscriber {
    let id: String
    let tenantId: String
    /// None means all.
    let types: Set<String>
    let isEnabled: Bool

    func wants(_ type: EventType) -> Bool { types.isEmpty || types.contains(type.rawValue) }
}

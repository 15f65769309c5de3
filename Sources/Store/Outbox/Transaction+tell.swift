import Contracts
import Postgres

extension Transaction {
    /// Writes the messages that any endpoint wants, and returns how many deliveries there are.
    ///
    /// What they say is fixed here. Nothing is read or written where nobody wants any of them.
    func tell(_ announcements: [Announcement], tenants: [String: String], links: LinkMinter) throws -> Int {
        let endpoints = try subscribers(ofTenants: Set(tenants.values).sorted())
        let wanted = announcements.filter { announcement in
            endpoints.contains { $0.tenantId == tenants[announcement.runId] && $0.wants(announcement.type) }
        }
        guard !wanted.isEmpty else { return 0 }
        let contents = try EventContents(of: wanted, transaction: self, links: links)
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        for announcement in wanted {
            guard let tenantId = tenants[announcement.runId] else { continue }
            let envelope = EventEnvelope(
                type: announcement.type,
                timestamp: contents.now,
                data: contents.content(of: announcement)
            )
            let message = try messages.add(
                envelope,
                tenantId: tenantId,
                runId: announcement.runId,
                outputId: announcement.outputId
            )
            for endpoint in endpoints where endpoint.tenantId == tenantId {
                if endpoint.takesDeliveries && endpoint.wants(announcement.type) {
                    deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled)
                }
            }
        }
        return try deliveries.insert(after: messages, in: self)
    }

    /// Puts a message into the outbox, with a delivery for each endpoint that wants it, and returns its id.
    @discardableResult
    func send(
        _ envelope: EventEnvelope,
        tenantId: String,
        runId: String? = nil,
        outputId: String? = nil,
        to endpointId: String? = nil,
        links: LinkMinter
    ) throws -> String {
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        let message = try messages.add(envelope, tenantId: tenantId, runId: runId, outputId: outputId)
        for endpoint in try subscribers(ofTenants: [tenantId]) where endpoint.takesDeliveries {
            let isMeant = endpointId.map { $0 == endpoint.target.endpointId } ?? endpoint.wants(envelope.type)
            if isMeant { deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled) }
        }
        _ = try deliveries.insert(after: messages, in: self)
        return message.id
    }

    func subscribers(ofTenants ids: [String]) throws -> [Subscriber] {
        try query(
            """
            SELECT \(unescaped: DeliveryTarget.columns), e.event_types, e.state
            FROM endpoints e
            WHERE e.tenant_id = ANY(\(ids))
            ORDER BY e.id
            """
        ).map { try Subscriber($0) }
    }
}

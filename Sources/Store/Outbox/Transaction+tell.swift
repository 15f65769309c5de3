import Contracts
import Foundation
import Postgres

/// Announcements on their way to those who want them.
struct Telling {
    private let wanted: [Announcement]
    private let subscribers: Subscribers
    private let tenants: [String: String]

    /// Nil where nobody wants any of them: then nothing is read or written.
    ///
    /// A tenant that reads its feed wants every event. Endpoints that are paused or disabled have theirs written too,
    /// and get them when they are enabled again.
    init?(_ announcements: [Announcement], tenants: [String: String], subscribers: Subscribers) {
        let wanted = announcements.filter { announcement in
            tenants[announcement.runId].map { subscribers.isWanted(announcement.type, byTenant: $0) } ?? false
        }
        guard !wanted.isEmpty else { return nil }
        (self.wanted, self.subscribers, self.tenants) = (wanted, subscribers, tenants)
    }

    /// What the messages say, as it stands when it is read.
    func contents(links: LinkMinter) -> Reading<EventContents> {
        EventContents.reading(of: wanted, now: subscribers.now, links: links)
    }

    /// Writes the messages with their deliveries: what they say is fixed here.
    func write(_ contents: EventContents, in transaction: Transaction, links: LinkMinter) throws {
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        for announcement in wanted {
            guard let tenantId = tenants[announcement.runId] else { continue }
            let envelope = EventEnvelope(
                type: announcement.type,
                timestamp: subscribers.now,
                data: contents.content(of: announcement)
            )
            let message = try messages.add(
                envelope,
                tenantId: tenantId,
                runId: announcement.runId,
                outputId: announcement.outputId
            )
            for endpoint in subscribers.endpoints
            where endpoint.tenantId == tenantId && endpoint.wants(announcement.type) {
                deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled)
            }
        }
        deliveries.insert(after: messages, in: transaction)
    }
}

extension Transaction {
    /// Puts a message into the outbox, with a delivery for each endpoint that wants it.
    ///
    /// No endpoint hears of its own disabling.
    func send(
        _ envelope: EventEnvelope,
        tenantId: String,
        runId: String? = nil,
        outputId: String? = nil,
        links: LinkMinter
    ) throws {
        let subscribers = try read(.subscribers(ofTenants: [tenantId]))
        try send(
            envelope,
            to: subscribers,
            tenantId: tenantId,
            runId: runId,
            outputId: outputId,
            links: links
        )
    }

    /// The same where it is known who there is.
    func send(
        _ envelope: EventEnvelope,
        to subscribers: Subscribers,
        tenantId: String,
        runId: String? = nil,
        outputId: String? = nil,
        links: LinkMinter
    ) throws {
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        let message = try messages.add(envelope, tenantId: tenantId, runId: runId, outputId: outputId)
        let aboutId = envelope.data.endpoint?.id
        for endpoint in subscribers.endpoints {
            guard endpoint.target.endpointId != aboutId, endpoint.wants(envelope.type) else { continue }
            deliveries.add(message, to: endpoint.target, isEnabled: endpoint.isEnabled)
        }
        deliveries.insert(after: messages, in: self)
    }
}

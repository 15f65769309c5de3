import Contracts
import Foundation
import Postgres

extension Store {
    /// Sends a test to each of a tenant's endpoints that are named and enabled, in one transaction, and returns the ids
    /// of the messages; an endpoint may be named more than once.
    ///
    /// They go the way of all messages, so this is what the engine is measured with; but `isUrgent` ones go at once also
    /// to an endpoint that is believed to be down, if the engine is in this process.
    package func enqueueTests(
        tenantId: String,
        endpointIds: [String],
        isUrgent: Bool = false
    ) async throws -> [String] {
        try await pool.transaction { [links] transaction in
            let rows = try transaction.query(
                """
                SELECT \(unescaped: EndpointRecord.columns)
                FROM endpoints
                WHERE tenant_id = \(tenantId) AND id = ANY(\(Set(endpointIds).sorted())) AND state = 'enabled'
                    AND deleted_at IS NULL
                """
            )
            let now = try transaction.now()
            var envelopes: [String: EventEnvelope] = [:]
            for record in try rows.map({ try EndpointRecord($0) }) {
                let content = EventEnvelope.Content(endpoint: record.notice)
                envelopes[record.id] = EventEnvelope(type: .webhookTest, timestamp: now, data: content)
            }
            let subscribers = try transaction.subscribers(ofTenants: [tenantId]).endpoints
            var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
            var ids: [String] = []
            for id in endpointIds {
                guard let envelope = envelopes[id],
                    let endpoint = subscribers.first(where: { $0.target.endpointId == id })
                else { continue }
                let message = try messages.add(envelope, tenantId: tenantId)
                deliveries.add(
                    message,
                    to: endpoint.target,
                    isEnabled: endpoint.isEnabled,
                    isUrgent: isUrgent
                )
                ids.append(message.id)
            }
            _ = try deliveries.insert(after: messages, in: transaction)
            return ids
        }
    }

    /// How many deliveries are owed, but to these endpoints.
    package func pendingDeliveries(exceptOf endpointIds: [String] = []) async throws -> Int {
        let rows = try await pool.query(
            """
            SELECT count(*) AS n
            FROM deliveries
            WHERE state = 'pending' AND NOT endpoint_id = ANY(\(endpointIds)) AND NOT \(Self.isOfDeleted)
            """
        )
        return try rows[0].get("n")
    }
}

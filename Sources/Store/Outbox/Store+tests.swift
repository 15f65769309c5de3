import Contracts
import Foundation
import Postgres

extension Store {
    /// Sends a test to each of a tenant's endpoints that are named and enabled, in one transaction, and returns the ids
    /// of the messages; an endpoint may be named more than once.
    ///
    /// They go the way of all messages, so this is what the engine is measured with; but the first attempts of `isUrgent`
    /// ones are made at once also at an endpoint that is believed to be down.
    package func enqueueTests(
        tenantId: String,
        endpointIds: [String],
        isUrgent: Bool = false
    ) async throws -> [String] {
        try await pool.transaction { [links] transaction in
            try transaction.sendTests(
                tenantId: tenantId,
                endpointIds: endpointIds,
                isUrgent: isUrgent,
                links: links
            )
        }
    }

    /// Sends an urgent test to one endpoint, once per idempotency key; `respond` is given the id of the message.
    ///
    /// Nil when the tenant has no such endpoint; throws `conflict` when nothing is sent to it.
    package func enqueueTest(
        tenantId: String,
        endpointId: String,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (_ messageId: String) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome? {
        try await pool.transaction { [links] transaction in
            try Self.onceIfThere(transaction, claim: claim) {
                let found = try transaction.query(
                    """
                    SELECT state
                    FROM endpoints
                    WHERE tenant_id = \(tenantId) AND id = \(endpointId) AND deleted_at IS NULL
                    """
                )
                guard let state: String = try found.first?.get("state") else { return nil }
                let ids = try transaction.sendTests(
                    tenantId: tenantId,
                    endpointIds: [endpointId],
                    isUrgent: true,
                    links: links
                )
                guard let id = ids.first else {
                    throw Problem(
                        .conflict,
                        detail: "The endpoint is \(state), so nothing is sent to it; "
                            + "POST /v1/webhook-endpoints/\(endpointId)/enable first."
                    )
                }
                return try respond(id)
            }
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

extension Transaction {
    fileprivate func sendTests(
        tenantId: String,
        endpointIds: [String],
        isUrgent: Bool,
        links: LinkMinter
    ) throws -> [String] {
        let rows = try query(
            """
            SELECT \(unescaped: EndpointRecord.columns)
            FROM endpoints
            WHERE tenant_id = \(tenantId) AND id = ANY(\(Set(endpointIds).sorted())) AND state = 'enabled'
                AND deleted_at IS NULL
            """
        )
        let subscribers = try read(.subscribers(ofTenants: [tenantId]))
        var envelopes: [String: EventEnvelope] = [:]
        for record in try rows.map({ try EndpointRecord($0) }) {
            let content = EventEnvelope.Content(endpoint: record.notice)
            envelopes[record.id] = EventEnvelope(
                type: .webhookTest,
                timestamp: subscribers.now,
                data: content
            )
        }
        var (messages, deliveries) = (MessageRows(), DeliveryRows(links.outlet))
        var ids: [String] = []
        for id in endpointIds {
            guard let envelope = envelopes[id],
                let endpoint = subscribers.endpoints.first(where: { $0.target.endpointId == id })
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
        deliveries.insert(after: messages, in: self)
        return ids
    }
}

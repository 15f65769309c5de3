package import Contracts
import Foundation
import Postgres

extension Store {
    /// Each message goes to every endpoint that wants it, so a tenant cannot have any number of them.
    package static let endpointsPerTenantMax = 100

    /// Makes an endpoint, once per idempotency key; `respond` is given the view that shows the secret.
    package func createEndpoint(
        tenantId: String,
        url: String,
        eventTypes: [String],
        description: String?,
        secret: String,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (EndpointView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        try await pool.transaction { transaction in
            try Self.once(transaction, claim: claim) {
                let found = try transaction.query(
                    "SELECT count(*) AS n FROM endpoints WHERE tenant_id = \(tenantId)"
                )
                guard try found[0].get("n", as: Int.self) < Self.endpointsPerTenantMax else {
                    throw Problem(
                        .conflict,
                        detail:
                            "There are \(Self.endpointsPerTenantMax) webhook endpoints, which is the most; "
                            + "remove one first."
                    )
                }
                let rows = try transaction.query(
                    """
                    INSERT INTO endpoints (id, tenant_id, url, event_types, description, secret)
                    VALUES (\(ResourceID.make(.endpoint)), \(tenantId), \(url), \(eventTypes), \(description), \(secret))
                    RETURNING \(unescaped: EndpointRecord.columns)
                    """
                )
                return try respond(try EndpointRecord(rows[0]).view(showsSecret: true))
            }
        }
    }

    /// The tenant's endpoints, newest first.
    package func endpoints(tenantId: String) async throws -> [EndpointRecord] {
        try await pool.query(
            """
            SELECT \(unescaped: EndpointRecord.columns)
            FROM endpoints
            WHERE tenant_id = \(tenantId)
            ORDER BY id DESC
            """
        ).map { try EndpointRecord($0) }
    }

    package func endpoint(tenantId: String, id: String) async throws -> EndpointRecord? {
        try await pool.query(
            """
            SELECT \(unescaped: EndpointRecord.columns)
            FROM endpoints
            WHERE tenant_id = \(tenantId) AND id = \(id)
            """
        ).first.map { try EndpointRecord($0) }
    }

    /// Removes an endpoint with its deliveries; false when the tenant has no such endpoint.
    package func deleteEndpoint(tenantId: String, id: String) async throws -> Bool {
        try await pool.execute("DELETE FROM endpoints WHERE tenant_id = \(tenantId) AND id = \(id)") == 1
    }

    /// Lets a disabled endpoint have its messages again; false when the tenant has no disabled one of this id.
    package func enableEndpoint(tenantId: String, id: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE endpoints
            SET state = 'enabled', disabled_reason = NULL, failing_since = NULL, failed_at = NULL, failing_hours = 0
            WHERE tenant_id = \(tenantId) AND id = \(id) AND state = 'disabled'
            """
        ) == 1
    }

    /// Sends a test to one endpoint and returns the id of the message; nil when there is no such enabled endpoint.
    package func enqueueTest(tenantId: String, endpointId: String) async throws -> String? {
        try await pool.transaction { transaction in
            guard
                let row = try transaction.query(
                    """
                    SELECT \(unescaped: EndpointRecord.columns)
                    FROM endpoints
                    WHERE tenant_id = \(tenantId) AND id = \(endpointId) AND state = 'enabled'
                    """
                ).first
            else { return nil }
            let content = EventEnvelope.Content(endpoint: try EndpointRecord(row).view())
            let envelope = EventEnvelope(type: .webhookTest, timestamp: try transaction.now(), data: content)
            return try transaction.send(envelope, tenantId: tenantId, to: endpointId, links: links)
        }
    }
}

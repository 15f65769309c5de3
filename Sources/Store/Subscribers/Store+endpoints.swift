package import Contracts
import Foundation
import Postgres

extension Store {
    /// The time of a change, always after that of the change before: engines tell by it which of two they know.
    static let later: SQL = "greatest(clock_timestamp(), updated_at + interval '1 microsecond')"

    /// Each message goes to every endpoint that wants it, so a tenant cannot have any number of them.
    package static let endpointsPerTenantMax = 100

    /// Makes an endpoint, once per idempotency key; `respond` is given the view that shows the secret.
    package func createEndpoint(
        tenantId: String,
        settings: EndpointSettings,
        secret: String,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (EndpointView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        try await pool.transaction { transaction in
            try Self.once(transaction, claim: claim) {
                // Two creations at once count one after the other.
                try transaction.execute("SELECT id FROM tenants WHERE id = \(tenantId) FOR NO KEY UPDATE")
                let found = try transaction.query(
                    "SELECT count(*) AS n FROM endpoints WHERE tenant_id = \(tenantId) AND deleted_at IS NULL"
                )
                guard try found[0].get("n", as: Int.self) < Self.endpointsPerTenantMax else {
                    throw Problem(
                        .endpointLimit,
                        detail:
                            "There are \(Self.endpointsPerTenantMax) webhook endpoints, which is the most. Remove one by "
                            + "DELETE /v1/webhook-endpoints/{id}, or change one by PATCH."
                    )
                }
                let rows = try transaction.query(
                    """
                    INSERT INTO endpoints (id, tenant_id, url, event_types, event_filters, description, secret,
                        headers, rate_per_second, in_flight_max, ordering)
                    VALUES (\(ResourceID.make(.endpoint)), \(tenantId), \(settings.url), \(settings.filter.expanded),
                        \(settings.filter.patterns), \(settings.description), \(secret),
                        \(try SQLJSON(encoding: settings.headers)), \(settings.ratePerSecond),
                        \(settings.inFlightMax), \(settings.ordering.rawValue))
                    RETURNING \(unescaped: EndpointRecord.columns)
                    """
                )
                var endpoint = try EndpointRecord(rows[0])
                if case .add(let pair) = settings.pair {
                    try transaction.changePair(of: endpoint.id, settings.pair)
                    endpoint.publicKey = pair.publicKey
                }
                return try respond(endpoint.view(showsSecret: true))
            }
        }
    }

    /// Changes an endpoint by `change`, which is given how it is; nil when the tenant has no such endpoint.
    ///
    /// Attempts that are under way end at the address where they began.
    package func updateEndpoint(
        tenantId: String,
        id: String,
        change: @escaping @Sendable (inout EndpointSettings) throws -> Void
    ) async throws -> EndpointRecord? {
        try await pool.transaction { transaction in
            let found = try transaction.query(
                """
                SELECT \(unescaped: EndpointRecord.columns)
                FROM endpoints
                WHERE tenant_id = \(tenantId) AND id = \(id) AND deleted_at IS NULL
                FOR NO KEY UPDATE
                """
            )
            guard let row = found.first else { return nil }
            let endpoint = try EndpointRecord(row)
            var settings = endpoint.settings
            try change(&settings)
            if settings.pair.changesNothing(of: endpoint) { settings.pair = .keep }
            guard settings != endpoint.settings else { return endpoint }
            try transaction.changePair(of: id, settings.pair)
            let rows = try transaction.query(
                """
                UPDATE endpoints
                SET url = \(settings.url), event_types = \(settings.filter.expanded),
                    event_filters = \(settings.filter.patterns), description = \(settings.description),
                    headers = \(try SQLJSON(encoding: settings.headers)),
                    rate_per_second = \(settings.ratePerSecond), in_flight_max = \(settings.inFlightMax),
                    ordering = \(settings.ordering.rawValue), updated_at = \(Self.later)
                WHERE id = \(id)
                RETURNING \(unescaped: EndpointRecord.columns)
                """
            )
            return try rows.first.map { try EndpointRecord($0) }
        }
    }

    /// A page of the tenant's endpoints, newest first; `after` is the last id of the page before.
    package func endpoints(tenantId: String, limit: Int, after: String?) async throws -> Page<EndpointView> {
        let found = try await pool.query(
            """
            SELECT \(unescaped: EndpointRecord.columns)
            FROM endpoints
            WHERE tenant_id = \(tenantId) AND deleted_at IS NULL AND (id < \(after) OR \(after) IS NULL)
            ORDER BY id DESC
            LIMIT \(limit + 1)
            """
        ).map { try EndpointRecord($0).view() }
        return Page(Array(found.prefix(limit)), limit: limit, found: found.count) { $0.id }
    }

    package func endpoint(tenantId: String, id: String) async throws -> EndpointRecord? {
        try await pool.query(
            """
            SELECT \(unescaped: EndpointRecord.columns)
            FROM endpoints
            WHERE tenant_id = \(tenantId) AND id = \(id) AND deleted_at IS NULL
            """
        ).first.map { try EndpointRecord($0) }
    }

    /// Removes an endpoint with its deliveries; false when the tenant has no such endpoint.
    ///
    /// From now on nobody sees it and nothing more is sent to it; its rows go by `removeDeletedEndpoints`, however many
    /// there are.
    package func deleteEndpoint(tenantId: String, id: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE endpoints
            SET deleted_at = now(), state = 'paused', disabled_reason = NULL, updated_at = \(Self.later)
            WHERE tenant_id = \(tenantId) AND id = \(id) AND deleted_at IS NULL
            """
        ) == 1
    }

    /// Holds back what there is for an endpoint until it is enabled; nil when the tenant has no such endpoint.
    ///
    /// One that is disabled stays so. Attempts that are under way still end.
    package func pauseEndpoint(tenantId: String, id: String) async throws -> EndpointRecord? {
        try await pool.execute(
            """
            UPDATE endpoints
            SET state = 'paused', updated_at = \(Self.later)
            WHERE tenant_id = \(tenantId) AND id = \(id) AND state = 'enabled' AND deleted_at IS NULL
            """
        )
        return try await endpoint(tenantId: tenantId, id: id)
    }

    /// Lets an endpoint have its messages again, those too that were held back for it; nil when the tenant has no such
    /// endpoint.
    ///
    /// Its failures are forgotten: it begins anew.
    package func enableEndpoint(tenantId: String, id: String) async throws -> EndpointRecord? {
        try await pool.execute(
            """
            UPDATE endpoints
            SET state = 'enabled', disabled_reason = NULL, failing_since = NULL, failed_at = NULL, failing_hours = 0,
                updated_at = \(Self.later)
            WHERE tenant_id = \(tenantId) AND id = \(id) AND state <> 'enabled' AND deleted_at IS NULL
            """
        )
        return try await endpoint(tenantId: tenantId, id: id)
    }
}

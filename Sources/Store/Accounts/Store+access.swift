import Contracts
package import Foundation
import Postgres

/// Tenants, API keys and the answers that are kept for idempotent requests.
extension Store {
    /// Every scope that a key can have.
    package static let allScopes = ["runs:read", "runs:write", "styles:write", "webhooks:write", "ops"]

    private static let defaultTenantName = "default"
    private static let idempotencySeconds = 24 * 3_600

    package func createTenant(name: String) async throws -> String {
        let id = ResourceID.make(.tenant)
        try await pool.execute("INSERT INTO tenants (id, name) VALUES (\(id), \(name))")
        return id
    }

    /// The tenant of this name, made when there is none.
    package func ensureTenant(name: String = "default") async throws -> String {
        try await pool.transaction { transaction in
            try Self.ensureTenant(transaction, name: name)
        }
    }

    /// Stores the SHA-256 of a key, never the key, and returns its id.
    package func createKey(
        tenantId: String,
        name: String,
        digest: [UInt8],
        scopes: [String],
        expiresAt: Date?
    ) async throws -> String {
        let id = ResourceID.make(.key)
        try await pool.execute(
            """
            INSERT INTO api_keys (id, tenant_id, name, digest, scopes, expires_at)
            VALUES (\(id), \(tenantId), \(name), \(SQLBytes(digest)), \(scopes), \(expiresAt))
            """
        )
        return id
    }

    /// Gives the tenant `default` a key with every scope; doing it again changes nothing.
    package func seedBootstrapKey(digest: [UInt8]) async throws {
        try await pool.transaction { transaction in
            let tenantId = try Self.ensureTenant(transaction, name: Self.defaultTenantName)
            try transaction.execute(
                """
                INSERT INTO api_keys (id, tenant_id, name, digest, scopes)
                VALUES (\(ResourceID.make(.key)), \(tenantId), 'bootstrap', \(SQLBytes(digest)), \(Self.allScopes))
                ON CONFLICT (digest) DO NOTHING
                """
            )
        }
    }

    /// Whose key this is, unless it has expired or was revoked.
    package func authenticate(digest: [UInt8]) async throws -> Principal? {
        let rows = try await pool.query(
            """
            SELECT id, tenant_id, scopes
            FROM api_keys
            WHERE digest = \(SQLBytes(digest)) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
            """
        )
        return try rows.first.map { row in
            Principal(
                keyId: try row.get("id"),
                tenantId: try row.get("tenant_id"),
                scopes: Set(try row.get("scopes", as: [String].self))
            )
        }
    }

    /// Ends a key; false when the tenant has no such live key.
    package func revokeKey(tenantId: String, id: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE api_keys
            SET revoked_at = now()
            WHERE tenant_id = \(tenantId) AND id = \(id) AND revoked_at IS NULL
            """
        ) == 1
    }

    /// Runs `work` once per idempotency key; what it answers commits together with what it does.
    static func once(
        _ transaction: Transaction,
        claim: IdempotencyClaim?,
        work: () throws -> StoredResponse
    ) throws -> IdempotencyOutcome {
        if let known = try known(transaction, claim) { return known }
        let response = try work()
        try keep(response, transaction, claim)
        return .fresh(response)
    }

    /// As `once`, for work on an object that there may not be: nil when `work` finds none.
    ///
    /// An answer of before is given again also when its object is gone since.
    static func onceIfThere(
        _ transaction: Transaction,
        claim: IdempotencyClaim?,
        work: () throws -> StoredResponse?
    ) throws -> IdempotencyOutcome? {
        if let known = try known(transaction, claim) { return known }
        guard let response = try work() else { return nil }
        try keep(response, transaction, claim)
        return .fresh(response)
    }

    /// What is known of a key, which is held to the transaction's end; nil when nothing is, or there is none.
    private static func known(
        _ transaction: Transaction,
        _ claim: IdempotencyClaim?
    ) throws -> IdempotencyOutcome? {
        guard let claim else { return nil }
        // The lock, not the row, tells that a first request is under way, since its row is not committed yet.
        let name = "\(claim.tenantId) \(claim.key)"
        let isFree = try transaction.query(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(name), 0)) AS free"
        )
        guard try isFree[0].get("free") else { return .inUse }
        let rows = try transaction.query(
            """
            SELECT route, fingerprint, status, headers, body
            FROM idempotency_keys
            WHERE tenant_id = \(claim.tenantId) AND key = \(claim.key)
                AND created_at >= now() - \(idempotencySeconds) * interval '1 second'
            """
        )
        guard let row = rows.first else { return nil }
        let isSame =
            try row.get("route") == claim.route
            && row.get("fingerprint", as: SQLBytes.self).bytes == claim.fingerprint
        guard isSame else { return .reused }
        return .replayed(
            StoredResponse(
                status: try row.get("status"),
                headers: try row.json("headers"),
                body: try row.data("body")
            )
        )
    }

    private static func keep(
        _ response: StoredResponse,
        _ transaction: Transaction,
        _ claim: IdempotencyClaim?
    ) throws {
        guard let claim else { return }
        try transaction.execute(
            """
            INSERT INTO idempotency_keys (tenant_id, key, route, fingerprint, status, headers, body)
            VALUES (\(claim.tenantId), \(claim.key), \(claim.route), \(SQLBytes(claim.fingerprint)),
                \(response.status), \(try SQLJSON(encoding: response.headers)), \(SQLBytes(response.body)))
            """
        )
    }

    private static func ensureTenant(_ transaction: Transaction, name: String) throws -> String {
        try transaction.execute(
            """
            INSERT INTO tenants (id, name)
            VALUES (\(ResourceID.make(.tenant)), \(name))
            ON CONFLICT (name) DO NOTHING
            """
        )
        return try transaction.query("SELECT id FROM tenants WHERE name = \(name)")[0].get("id")
    }
}

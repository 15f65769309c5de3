package import Contracts
import Postgres

/// Small lookups of the HTTP API.
extension Store {
    /// The tenant's asset with these bytes.
    package func asset(tenantId: String, sha256: String) async throws -> AssetRecord? {
        try await pool.query(
            """
            SELECT \(unescaped: AssetRecord.columns)
            FROM assets
            WHERE tenant_id = \(tenantId) AND sha256 = \(sha256)
            """
        ).first.map { try AssetRecord($0) }
    }

    /// The style packages that the tenant may use, each in its newest version, by name.
    package func styles(tenantId: String) async throws -> [StyleVersionView] {
        try await pool.query(
            """
            SELECT DISTINCT ON (package) package, version, digest, document, published_at
            FROM style_versions
            WHERE tenant_id = \(tenantId) OR tenant_id IS NULL
            ORDER BY package, tenant_id NULLS LAST, version DESC
            """
        ).map { try Self.styleView($0) }
    }

    /// All versions of a style package, newest first; the tenant's own package hides a built-in one.
    package func styleVersions(tenantId: String, package name: String) async throws -> [StyleVersionView] {
        try await pool.query(
            """
            SELECT package, version, digest, document, published_at
            FROM style_versions s
            WHERE package = \(name) AND (
                tenant_id = \(tenantId)
                OR (tenant_id IS NULL AND NOT EXISTS (
                    SELECT 1 FROM style_versions own WHERE own.tenant_id = \(tenantId) AND own.package = s.package
                ))
            )
            ORDER BY version DESC
            """
        ).map { try Self.styleView($0) }
    }
}

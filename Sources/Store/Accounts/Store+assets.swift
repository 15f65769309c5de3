import Contracts
import Foundation
import Pipeline
import Postgres

extension Store {
    /// Stores a source; the same bytes of the same tenant are the asset that is there.
    package func insertAsset(
        tenantId: String,
        sha256: String,
        sizeBytes: Int64,
        location: String
    ) async throws -> AssetRecord {
        // The update that changes nothing makes the row come back when it was there before.
        let rows = try await pool.query(
            """
            INSERT INTO assets (id, tenant_id, sha256, size_bytes, location)
            VALUES (\(ResourceID.make(.asset)), \(tenantId), \(sha256), \(Int(sizeBytes)), \(location))
            ON CONFLICT (tenant_id, sha256) DO UPDATE SET sha256 = excluded.sha256
            RETURNING \(unescaped: AssetRecord.columns)
            """
        )
        return try AssetRecord(rows[0])
    }

    package func asset(tenantId: String, id: String) async throws -> AssetRecord? {
        try await asset(where: "id = \(id) AND tenant_id = \(tenantId)")
    }

    package func asset(id: String) async throws -> AssetRecord? {
        try await asset(where: "id = \(id)")
    }

    /// Gives a run whose source is a URL the asset that was fetched from there; false when the lease is lost.
    package func attachSource(runId: String, lease: JobLease, assetId: String) async throws -> Bool {
        try await pool.transaction { transaction in
            guard let job = try transaction.lockJob(lease), job.runId == runId else { return false }
            return try transaction.execute(
                """
                UPDATE runs
                SET source_asset_id = \(assetId)
                WHERE id = \(runId) AND source_asset_id IS NULL
                    AND EXISTS (SELECT 1 FROM assets a WHERE a.id = \(assetId) AND a.tenant_id = runs.tenant_id)
                """
            ) == 1
        }
    }

    private func asset(where condition: SQL) async throws -> AssetRecord? {
        try await pool.query("SELECT \(unescaped: AssetRecord.columns) FROM assets WHERE \(condition)").first
            .map { try AssetRecord($0) }
    }
}

package import Contracts
package import Foundation
import Postgres

extension Store {
    /// Publishes a built-in style: the same digest again changes nothing, another one is the next version.
    @discardableResult
    package func publishBuiltInStyle(
        package name: String,
        document: StyleDocument,
        documentJSON: Data,
        digest: String
    ) async throws -> StyleVersionView {
        try await pool.transaction { transaction in
            let key = "style \(name)"
            try transaction.query("SELECT pg_advisory_xact_lock(hashtextextended(\(key), 0)) AS locked")
            let newest = try transaction.query(
                """
                SELECT package, version, digest, document, published_at
                FROM style_versions
                WHERE tenant_id IS NULL AND package = \(name)
                ORDER BY version DESC
                LIMIT 1
                """
            ).first
            if let newest, try newest.get("digest") == digest { return try Self.styleView(newest) }
            let version = try newest.map { try $0.get("version", as: Int.self) } ?? 0
            return try Self.styleView(
                try transaction.query(
                    """
                    INSERT INTO style_versions (id, package, version, digest, document)
                    VALUES (\(ResourceID.make(.style)), \(name), \(version + 1), \(digest), \(SQLBytes(documentJSON)))
                    RETURNING package, version, digest, document, published_at
                    """
                )[0]
            )
        }
    }

    /// Publishes a style of a tenant: the newest version where it is the same document, else the next one.
    ///
    /// Throws where a file that it pins is not there as one of its kind: nothing that is published lacks a file.
    package func publishStyle(
        tenantId: String,
        package name: String,
        document: Data,
        digest: String,
        assets: [StyleAsset]
    ) async throws -> StyleVersionView {
        try await pool.transaction { transaction in
            try transaction.query(
                "SELECT pg_advisory_xact_lock(hashtextextended(\("style \(tenantId) \(name)"), 0)) AS locked"
            )
            for asset in assets {
                let found = try transaction.query(
                    "SELECT media_type = 'image/png' AS picture FROM style_assets WHERE sha256 = \(asset.sha256)"
                ).first
                guard try found?.get("picture", as: Bool.self) == (asset.kind == .picture) else {
                    throw Problem(
                        .invalidRequest,
                        detail:
                            "The style pins \(asset.sha256), and there is no \(asset.kind.rawValue) with this digest."
                    )
                }
            }
            let newest = try transaction.query(
                """
                SELECT package, version, digest, document, published_at
                FROM style_versions
                WHERE tenant_id = \(tenantId) AND package = \(name)
                ORDER BY version DESC
                LIMIT 1
                """
            ).first
            if let newest, try newest.get("digest") == digest { return try Self.styleView(newest) }
            let version = try newest.map { try $0.get("version", as: Int.self) } ?? 0
            return try Self.styleView(
                try transaction.query(
                    """
                    INSERT INTO style_versions (id, tenant_id, package, version, digest, document)
                    VALUES (\(ResourceID.make(.style)), \(tenantId), \(name), \(version + 1), \(digest),
                        \(SQLBytes(document)))
                    RETURNING package, version, digest, document, published_at
                    """
                )[0]
            )
        }
    }

    /// A published version that the tenant may use, the newest when none is named; its own come before built-ins.
    package func styleVersion(
        tenantId: String,
        package name: String,
        version: Int?
    ) async throws -> StyleVersionView? {
        try await pool.query(
            """
            SELECT package, version, digest, document, published_at
            FROM style_versions
            WHERE (tenant_id = \(tenantId) OR tenant_id IS NULL) AND package = \(name)
                AND (version = \(version) OR \(version) IS NULL)
            ORDER BY tenant_id NULLS LAST, version DESC
            LIMIT 1
            """
        ).first.map { try Self.styleView($0) }
    }

    /// The pin of a published version that the tenant may use; chosen like `styleVersion`.
    package func stylePin(
        tenantId: String,
        package name: String,
        version: StyleReference?
    ) async throws -> StylePin? {
        var (number, label): (Int?, String?) = (nil, nil)
        switch version {
        case .number(let asked): number = asked
        case .label(let asked): label = asked
        case nil: break
        }
        return try await pool.query(
            """
            SELECT package, version, digest
            FROM style_versions
            WHERE (tenant_id = \(tenantId) OR tenant_id IS NULL) AND package = \(name)
                AND (version = \(number) OR \(number) IS NULL) AND (label = \(label) OR \(label) IS NULL)
            ORDER BY tenant_id NULLS LAST, version DESC
            LIMIT 1
            """
        ).first.map { row in
            StylePin(
                package: try row.get("package"),
                version: try row.get("version"),
                digest: try row.get("digest")
            )
        }
    }

    /// Makes a file of a style known; doing it again changes nothing.
    package func insertStyleAsset(
        sha256: String,
        mediaType: String,
        sizeBytes: Int64,
        location: String
    ) async throws {
        try await pool.execute(
            """
            INSERT INTO style_assets (sha256, media_type, size_bytes, location)
            VALUES (\(sha256), \(mediaType), \(Int(sizeBytes)), \(location))
            ON CONFLICT (sha256) DO NOTHING
            """
        )
    }

    package func styleAsset(sha256: String) async throws -> StyleAssetRecord? {
        try await pool.query(
            "SELECT sha256, media_type, size_bytes, location FROM style_assets WHERE sha256 = \(sha256)"
        ).first.map { row in
            StyleAssetRecord(
                sha256: try row.get("sha256"),
                mediaType: try row.get("media_type"),
                sizeBytes: Int64(try row.get("size_bytes", as: Int.self)),
                location: try row.get("location")
            )
        }
    }

    static func styleView(_ row: Row) throws -> StyleVersionView {
        StyleVersionView(
            package: try row.get("package"),
            version: try row.get("version"),
            digest: try row.get("digest"),
            document: try WireJSON.decode(StyleDocument.self, from: try row.data("document")),
            publishedAt: try row.get("published_at")
        )
    }
}

/// A file that styles refer to by its digest.
package struct StyleAssetRecord: Sendable, Hashable {
    package let sha256: String
    package let mediaType: String
    package let sizeBytes: Int64
    package let location: String
}

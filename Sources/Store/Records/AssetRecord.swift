package import Contracts
package import Foundation
import Postgres

/// A source that was uploaded or fetched.
package struct AssetRecord: Sendable, Hashable {
    package let id: String
    package let tenantId: String
    package let sha256: String
    package let sizeBytes: Int64
    package let location: String
    package let media: AssetView.Media?
    package let createdAt: Date

    package var view: AssetView {
        AssetView(id: id, sha256: sha256, sizeBytes: sizeBytes, media: media, createdAt: createdAt)
    }

    static let columns = "id, tenant_id, sha256, size_bytes, location, media, created_at"

    init(
        id: String,
        tenantId: String,
        sha256: String,
        sizeBytes: Int64,
        location: String,
        media: AssetView.Media?,
        createdAt: Date
    ) {
        self.id = id
        self.tenantId = tenantId
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.location = location
        self.media = media
        self.createdAt = createdAt
    }

    init(_ row: Row) throws {
        id = try row.get("id")
        tenantId = try row.get("tenant_id")
        sha256 = try row.get("sha256")
        sizeBytes = Int64(try row.get("size_bytes", as: Int.self))
        location = try row.get("location")
        media = try row.optionalJSON("media")
        createdAt = try row.get("created_at")
    }
}

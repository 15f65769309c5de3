package import Contracts
package import Foundation
package import Pipeline
import Postgres

/// A published artifact.
package struct ArtifactRecord: Sendable, Hashable {
    package let id: String
    package let tenantId: String
    package let runId: String
    package let stage: Stage
    package let attempt: Int
    package let name: ArtifactName
    package let sha256: String
    package let sizeBytes: Int64
    package let mediaType: String
    /// Path below the artifact store's root.
    package let location: String
    package let createdAt: Date
    /// When its bytes were given up to retention.
    package let removedAt: Date?

    /// The artifact as clients see it, with a link that works for a while.
    package func view(links: LinkMinter, now: Date) -> ArtifactView {
        let (url, expiresAt) = links.link(artifactId: id, now: now)
        return ArtifactView(
            id: id,
            runId: runId,
            stage: stage.rawValue,
            attempt: attempt,
            kind: name.kind,
            clip: name.clip,
            name: name.description,
            mediaType: mediaType,
            sha256: sha256,
            sizeBytes: sizeBytes,
            url: url,
            expiresAt: expiresAt,
            createdAt: createdAt,
            removedAt: removedAt
        )
    }

    static let columns = """
        a.id, a.tenant_id, a.run_id, a.stage, a.attempt, a.name, a.sha256, a.size_bytes, a.media_type, a.location,
        a.created_at, a.removed_at
        """

    init(_ row: Row) throws {
        id = try row.get("id")
        tenantId = try row.get("tenant_id")
        runId = try row.get("run_id")
        stage = try row.get("stage")
        attempt = try row.get("attempt")
        let text: String = try row.get("name")
        guard let name = ArtifactName(parsing: text) else {
            throw StoreError.malformedRecord("artifact '\(id)'")
        }
        self.name = name
        sha256 = try row.get("sha256")
        sizeBytes = Int64(try row.get("size_bytes", as: Int.self))
        mediaType = try row.get("media_type")
        location = try row.get("location")
        createdAt = try row.get("created_at")
        removedAt = try row.get("removed_at")
    }
}

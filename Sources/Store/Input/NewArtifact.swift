package import Contracts

/// An artifact that lies in the artifact store and is to be published.
package struct NewArtifact: Sendable, Hashable {
    package var name: ArtifactName
    package var sha256: String
    package var sizeBytes: Int64
    package var mediaType: String
    /// Path below the artifact store's root.
    package var location: String

    package init(name: ArtifactName, sha256: String, sizeBytes: Int64, mediaType: String, location: String) {
        self.name = name
        self.sha256 = sha256
        self.sizeBytes = sizeBytes
        self.mediaType = mediaType
        self.location = location
    }
}

/// A finished file of a short; its artifacts are among those that are published with it.
package struct NewRendition: Sendable, Hashable {
    package var aspectRatio: AspectRatio
    package var artifactName: ArtifactName
    package var thumbnailName: ArtifactName?
    package var width: Int
    package var height: Int
    package var durationMs: Int

    package init(
        aspectRatio: AspectRatio,
        artifactName: ArtifactName,
        thumbnailName: ArtifactName?,
        width: Int,
        height: Int,
        durationMs: Int
    ) {
        self.aspectRatio = aspectRatio
        self.artifactName = artifactName
        self.thumbnailName = thumbnailName
        self.width = width
        self.height = height
        self.durationMs = durationMs
    }
}

import Artifacts
import Foundation
import Store
import Styles

/// Puts the style packages that come with the program into the database and the artifact store.
enum BuiltInStyles {
    /// Doing it again changes nothing.
    static func publish(to store: Store, artifacts: any ArtifactStore) async throws {
        let style = try BuiltInStyle.standard()
        for (sha256, bytes) in style.assets {
            guard let location = ArtifactLocation(styleAssetSha256: sha256) else {
                preconditionFailure("the built-in style has an asset with a malformed digest")
            }
            if try await !artifacts.exists(location) {
                _ = try await artifacts.write([UInt8](bytes), to: location)
            }
            try await store.insertStyleAsset(
                sha256: sha256,
                mediaType: "image/png",
                sizeBytes: Int64(bytes.count),
                location: location.path
            )
        }
        try await store.publishBuiltInStyle(
            package: style.package,
            document: style.document,
            documentJSON: style.documentJSON,
            digest: style.digest
        )
    }
}

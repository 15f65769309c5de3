import Artifacts
import Contracts

/// Bytes of the artifact store with all that an HTTP answer tells of them.
struct ServedContent: Sendable {
    let location: ArtifactLocation
    let sha256: String
    let sizeBytes: Int64
    let mediaType: String
    let fileName: String
    /// Whether a browser may show it in place; what strangers uploaded is only ever saved.
    let isInline: Bool
    /// Whether the same path always gives these bytes.
    var isFixed = true

    /// Reads a recorded path; one that cannot be read is damage of ours.
    static func location(_ path: String) throws(Problem) -> ArtifactLocation {
        guard let location = ArtifactLocation(parsing: path) else { throw Problem.internalError }
        return location
    }
}

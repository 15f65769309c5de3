package import Contracts

/// Where content lies, relative to a store's root; only made from parts that were checked.
///
/// Artifacts lie at `<tenant>/<run>/<stage>/<attempt>/<artifact name>`, those that a provider uploaded at
/// `<tenant>/<run>/<stage>/<attempt>/<sha256>/<artifact name>`, assets at `<tenant>/assets/<sha256>`, a style's
/// pictures at `builtin/styles/<sha256>.png`.
package struct ArtifactLocation: Hashable, Sendable, CustomStringConvertible {
    package let path: String

    package var description: String { path }

    /// Longest path that is taken.
    package static let pathBytesMax = 512
    private static let partBytesMax = 96

    /// The place of an artifact; nil when a part could leave its folder.
    package init?(tenantId: String, runId: String, stage: String, attempt: Int, name: ArtifactName) {
        guard attempt > 0 else { return nil }
        self.init(parsing: "\(tenantId)/\(runId)/\(stage)/\(attempt)/\(name)")
    }

    /// The place of an uploaded artifact, by its content: a late upload of other bytes lands elsewhere.
    package init?(
        tenantId: String,
        runId: String,
        stage: String,
        attempt: Int,
        name: ArtifactName,
        sha256: String
    ) {
        guard attempt > 0, Self.isDigest(sha256) else { return nil }
        self.init(parsing: "\(tenantId)/\(runId)/\(stage)/\(attempt)/\(sha256)/\(name)")
    }

    /// The place of a tenant's source, by its content.
    package init?(tenantId: String, assetSha256: String) {
        guard Self.isDigest(assetSha256) else { return nil }
        self.init(parsing: "\(tenantId)/assets/\(assetSha256)")
    }

    /// The place of a style's file, by its content.
    package init?(styleAssetSha256 sha256: String, fileExtension: String = "png") {
        guard Self.isDigest(sha256) else { return nil }
        self.init(parsing: "builtin/styles/\(sha256).\(fileExtension)")
    }

    /// Reads a recorded path back; nil when it could lead out of the store.
    package init?(parsing path: String) {
        guard (1...Self.pathBytesMax).contains(path.utf8.count) else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.allSatisfy(Self.isPlain) else { return nil }
        self.path = path
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// A leading full stop is refused, and with it `.`, `..` and the store's own folder of unfinished files.
    private static func isPlain(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, part.utf8.count <= partBytesMax else { return false }
        return first != UInt8(ascii: ".") && first != UInt8(ascii: "-") && part.utf8.allSatisfy(isPlainByte)
    }

    private static func isPlainByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

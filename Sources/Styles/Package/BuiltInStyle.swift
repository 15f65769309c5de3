package import Contracts
package import Foundation

/// A style package that comes with the program, with the pictures that it shows.
package struct BuiltInStyle: Sendable {
    package let package: String
    package let document: StyleDocument
    /// The published bytes of the document.
    package let documentJSON: Data
    /// SHA-256 hex of `documentJSON`; this module has no hash function, so a test holds it to the bytes.
    package let digest: String
    /// SHA-256 hex to PNG.
    package let assets: [String: Data]
}

extension BuiltInStyle {
    /// White captions, the spoken word in yellow, a dark title card, a small logo.
    package static func standard() throws -> BuiltInStyle {
        let json = Data(PackageResources.default_json)
        let logo = Data(PackageResources.default_logo_png)
        return BuiltInStyle(
            package: "default",
            document: try WireJSON.decode(StyleDocument.self, from: json),
            documentJSON: json,
            digest: "223d19f94238103e15ed8b9ee190d0c0d5405aaf1d0557928576868b46c766b3",
            assets: ["e180cf6b1384553cbafdcedce914fbd19318d73af478a2bfe0c244d021f7897d": logo]
        )
    }
}

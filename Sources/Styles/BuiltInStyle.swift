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
            digest: "e4a5fc1a810054ee9e959acd6020033d3227555f2d178c613c4609812291dc71",
            assets: ["02fd181b66e8b5a87c01fc67dbd69e5adfa6d9afbddb6f38089e53a89b7fc811": logo]
        )
    }
}

package import Foundation

/// A published version of a style package.
package struct StyleVersionView: Codable, Sendable, Hashable {
    package var package: String
    package var version: Int
    package var digest: String
    package var document: StyleDocument
    package var publishedAt: Date

    package init(package: String, version: Int, digest: String, document: StyleDocument, publishedAt: Date) {
        self.package = package
        self.version = version
        self.digest = digest
        self.document = document
        self.publishedAt = publishedAt
    }
}

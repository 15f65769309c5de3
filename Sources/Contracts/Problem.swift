/// A problem document (RFC 9457), as answered to clients and kept on records that failed.
package struct Problem: Error, Codable, Sendable, Hashable {
    /// One thing wrong with a request body, at a JSON pointer.
    package struct Detail: Codable, Sendable, Hashable {
        package var pointer: String
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    /// URI of a documented problem: `https://reelgate.dev/problems/<slug>`.
    package var type: String
    package var title: String
    package var status: Int
    package var detail: String
    package var instance: String?
    package var requestId: String?
    package var errors: [Detail]?
    /// Whether trying the same again can help.
    package var retryable: Bool?

    package init(_ slug: Slug, detail: String, errors: [Detail]? = nil, retryable: Bool? = nil) {
        type = "\(Self.base)\(slug.rawValue)"
        title = slug.title
        status = slug.status
        self.detail = detail
        self.errors = errors
        self.retryable = retryable ?? slug.isRetryable
    }

    package static let base = "https://reelgate.dev/problems/"

    /// The last part of `type`.
    package var slug: String { String(type.dropFirst(type.hasPrefix(Self.base) ? Self.base.count : 0)) }
}

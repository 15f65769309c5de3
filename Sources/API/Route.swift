package import HTTPTypes

/// One method and path of the API, with who may call it.
package struct Route: Sendable, Hashable {
    package enum Access: Sendable, Hashable {
        /// Anybody.
        case open
        /// An API key with this scope.
        case key(Scope)
        /// An API key with this scope, or a signed link that has not expired.
        case keyOrLink(Scope)
        /// A signed link only.
        case link
        /// The token in the path.
        case token
    }

    package let method: HTTPRequest.Method
    /// As in the contract: `/v1/runs/{id}`; `{name...}` takes the rest of the path.
    package let path: String
    package let access: Access
    /// The query parameters that it takes; nil where strangers may add what they like.
    package let query: Set<String>?

    /// Whether a request path has this route's shape.
    func matches(_ segments: [Substring]) -> Bool {
        let pattern = path.split(separator: "/")
        for (index, part) in pattern.enumerated() {
            if part.hasSuffix("...}") { return segments.count > index }
            guard index < segments.count else { return false }
            guard part.hasPrefix("{") || part == segments[index] else { return false }
        }
        return pattern.count == segments.count
    }
}

package import Contracts
package import Signatures

/// A rendition that a provider made, and from where it can be fetched.
package struct RenderedFile: Sendable, Hashable {
    package var aspectRatio: AspectRatio
    package var url: String
    /// What the request for it has to carry.
    package var headers: [FetchHeader]
    /// As the provider told it.
    package var sizeBytes: Int64?

    package init(
        aspectRatio: AspectRatio,
        url: String,
        headers: [FetchHeader] = [],
        sizeBytes: Int64? = nil
    ) {
        self.aspectRatio = aspectRatio
        self.url = url
        self.headers = headers
        self.sizeBytes = sizeBytes
    }
}

/// A header of a request, whose value may be a key.
package struct FetchHeader: Sendable, Hashable {
    package var name: String
    package var value: Secret

    package init(name: String, value: Secret) {
        self.name = name
        self.value = value
    }
}

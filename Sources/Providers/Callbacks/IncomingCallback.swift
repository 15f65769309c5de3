package import Signatures

/// A callback as it came in, before anybody believes it.
package struct IncomingCallback: Sendable {
    package let headers: CallbackHeaders
    package let query: CallbackQuery
    /// The bytes that may be signed.
    package let body: [UInt8]
    /// What the provider was given with this task, to be shown again; nil at an address that all tasks share.
    package let secret: Secret?

    package init(
        headers: CallbackHeaders,
        query: CallbackQuery = CallbackQuery(""),
        body: [UInt8],
        secret: Secret? = nil
    ) {
        self.headers = headers
        self.query = query
        self.body = body
        self.secret = secret
    }
}

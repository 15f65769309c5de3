package import Contracts
package import Foundation

/// A verified callback that came in and is to be stored, and applied where it can be taken at its word.
package struct NewCallback: Sendable {
    /// How a callback says which task it is about.
    package enum Address: Sendable, Hashable {
        /// By the token in its path, of which the digest is stored.
        case token(digest: [UInt8])
        /// By the id that the provider gave the task.
        case external(id: String)
    }

    /// What a callback says, once its task is known.
    package enum Meaning: Sendable, Hashable {
        /// It is not enough to go by: results have to be looked at, or the provider is asked about a failure.
        case needsLook
        case report(TaskReport)
        case unreadable(String)
    }

    package let provider: String
    package let address: Address
    package let messageId: String
    /// How well it is known who sent it, as one word.
    package let trust: String?
    /// Of the address that it came to.
    package let query: String
    /// A JSON object of the headers that are worth keeping.
    package let headersJSON: String
    package let body: Data
    package let bodySha256: String
    /// Reads the body; called inside of the transaction, so it must be quick and do nothing else.
    package let read: @Sendable (_ taskId: String, _ outputId: String?) -> Meaning

    package init(
        provider: String,
        address: Address,
        messageId: String,
        trust: String? = nil,
        query: String = "",
        headersJSON: String,
        body: Data,
        bodySha256: String,
        read: @escaping @Sendable (_ taskId: String, _ outputId: String?) -> Meaning
    ) {
        self.provider = provider
        self.address = address
        self.messageId = messageId
        self.trust = trust
        self.query = query
        self.headersJSON = headersJSON
        self.body = body
        self.bodySha256 = bodySha256
        self.read = read
    }

    var tokenDigest: [UInt8]? {
        if case .token(let digest) = address { digest } else { nil }
    }

    var externalId: String? {
        if case .external(let id) = address { id } else { nil }
    }
}

/// A callback that did not verify, or that is about nothing we know.
package struct RefusedCallback: Sendable {
    package let provider: String
    package let tokenDigest: [UInt8]?
    package let headersJSON: String
    package let body: Data
    package let bodySha256: String
    package let reason: String
    /// Whether it is a reason to ask the provider about its task at once.
    package let asks: Bool

    package init(
        provider: String,
        tokenDigest: [UInt8]?,
        headersJSON: String,
        body: Data,
        bodySha256: String,
        reason: String,
        asks: Bool = false
    ) {
        self.provider = provider
        self.tokenDigest = tokenDigest
        self.headersJSON = headersJSON
        self.body = body
        self.bodySha256 = bodySha256
        self.reason = reason
        self.asks = asks
    }
}

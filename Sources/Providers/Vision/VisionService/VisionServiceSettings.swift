package import Signatures

/// How a vision service of our own contract is reached, and how both sides know each other.
package struct VisionServiceSettings: Sendable, Hashable {
    /// How the service knows that a request comes from this gateway.
    package enum Access: Sendable, Hashable {
        /// An identity token of Google, as Cloud Run asks for.
        case identity(GoogleIdentity)
        /// Each request is signed after Standard Webhooks.
        case signature(WebhookSigningKey)
    }

    /// Without a slash at the end.
    package var baseURL: String
    package var access: Access
    /// For whom an identity token is: the root of the service's address, unless it is told otherwise.
    package var audience: String
    /// What callbacks are signed with; several while one replaces another.
    package var callbackKeys: [WebhookVerifyingKey]
    /// Tells the service which key to sign with.
    package var callbackKeyId: String
    /// Pictures to look at in a second of a clip.
    package var sampleFps: Int
    /// Of what the service runs: another one makes other results.
    package var version: String

    package static let sampleFpsMax = 30

    package init(
        baseURL: String,
        access: Access,
        callbackKeys: [WebhookVerifyingKey],
        audience: String? = nil,
        callbackKeyId: String = "k1",
        sampleFps: Int = 5,
        version: String = "1"
    ) {
        self.baseURL = baseURL
        self.access = access
        self.audience = audience ?? Self.root(of: baseURL)
        self.callbackKeys = callbackKeys
        self.callbackKeyId = callbackKeyId
        self.sampleFps = min(max(sampleFps, 1), Self.sampleFpsMax)
        self.version = version
    }

    /// Scheme and host of a URL.
    static func root(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/")
    }
}

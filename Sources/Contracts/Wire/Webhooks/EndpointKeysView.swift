package import Foundation

/// How the messages of an endpoint are signed.
package enum WebhookScheme: String, Codable, Sendable, CaseIterable {
    /// HMAC-SHA256 with a secret that both sides know; always there.
    case v1
    /// Ed25519: the receiver only holds a public key.
    case v1a
}

/// Body of `POST /v1/webhook-endpoints/{id}/rotate-secret`.
package struct RotationRequest: Codable, Sendable, Hashable {
    package var scheme: WebhookScheme?
    /// How long the old key signs beside the new one.
    package var overlapSeconds: Int?
    /// Given by the client, or made by the gateway.
    package var secret: String?

    package init(scheme: WebhookScheme? = nil, overlapSeconds: Int? = nil, secret: String? = nil) {
        self.scheme = scheme
        self.overlapSeconds = overlapSeconds
        self.secret = secret
    }
}

/// The keys that an endpoint's messages are signed with.
package struct EndpointKeysView: Codable, Sendable, Hashable {
    /// A key that another has taken the place of, and that still signs beside it.
    package struct Old: Codable, Sendable, Hashable {
        package var scheme: WebhookScheme
        /// Of an Ed25519 key.
        @Nullable package var publicKey: String?
        package var expiresAt: Date

        package init(scheme: WebhookScheme, publicKey: String?, expiresAt: Date) {
            self.scheme = scheme
            self.publicKey = publicKey
            self.expiresAt = expiresAt
        }
    }

    /// What `v1` signatures are verified with.
    package var secret: String
    /// What `v1a` signatures are verified with; null when the endpoint has none.
    @Nullable package var publicKey: String?
    /// The one that goes first is first.
    package var old: [Old]

    package init(secret: String, publicKey: String?, old: [Old]) {
        self.secret = secret
        self.publicKey = publicKey
        self.old = old
    }
}

/// The private key of a webhook endpoint with Ed25519: `whsk_` and base64 of a seed and its public key.
///
/// Printing it shows no part of the key.
package struct WebhookKeyPair: HiddenKey, Hashable, Sendable {
    package static let prefix = "whsk_"

    let seed: [UInt8]

    /// What receivers check its signatures with.
    package let publicKey: WebhookPublicKey

    /// Reads `whsk_` and base64 of 64 bytes, padded or not; the public half must belong to the seed.
    package init(parsing text: String) throws(SignatureError) {
        let byteCount = Ed25519.seedBytes + Ed25519.publicKeyBytes
        let bytes = try KeyText.decode(
            text,
            prefix: Self.prefix,
            name: "a private webhook key",
            byteCount: byteCount...byteCount
        )
        let seed = Array(bytes.prefix(Ed25519.seedBytes))
        let publicKey = Ed25519.publicKey(seed: seed)
        guard ConstantTime.equals(Array(bytes.dropFirst(Ed25519.seedBytes)), publicKey) else {
            throw SignatureError(
                .keyMismatch,
                "the public half of the key does not belong to its private half"
            )
        }
        self.seed = seed
        self.publicKey = WebhookPublicKey(bytes: publicKey)
    }

    private init(seed: [UInt8]) {
        self.seed = seed
        publicKey = WebhookPublicKey(bytes: Ed25519.publicKey(seed: seed))
    }

    /// A new random pair.
    package static func generate() -> WebhookKeyPair {
        WebhookKeyPair(seed: SecureRandom.bytes(count: Ed25519.seedBytes))
    }

    /// The private key as it is kept: the one way to its text.
    package func reveal() -> String { Self.prefix + Base64.encode(seed + publicKey.bytes) }

    package static func == (left: WebhookKeyPair, right: WebhookKeyPair) -> Bool {
        ConstantTime.equals(left.seed, right.seed)
    }
}

/// The symmetric secret of a webhook endpoint as Standard Webhooks writes it: `whsec_` and base64.
///
/// Printing it shows no part of the key.
package struct WebhookSecret: HiddenKey, Hashable, Sendable {
    package static let prefix = "whsec_"
    package static let keyBytesMin = 24
    package static let keyBytesMax = 64

    /// How many random bytes a generated secret holds.
    package static let generatedKeyBytes = 32

    /// The key of the HMAC.
    let key: [UInt8]

    /// Reads `whsec_` and base64 of 24 to 64 bytes, padded or not.
    package init(parsing text: String) throws(SignatureError) {
        key = try KeyText.decode(
            text,
            prefix: Self.prefix,
            name: "a webhook secret",
            byteCount: Self.keyBytesMin...Self.keyBytesMax
        )
    }

    /// Takes the 24 to 64 bytes of a key that somebody wrote down as they are.
    package init(key: [UInt8]) throws(SignatureError) {
        guard key.count >= Self.keyBytesMin else {
            throw SignatureError(.secretTooShort, "a webhook secret has at least \(Self.keyBytesMin) bytes")
        }
        guard key.count <= Self.keyBytesMax else {
            throw SignatureError(.secretTooLong, "a webhook secret has at most \(Self.keyBytesMax) bytes")
        }
        self.key = key
    }

    private init(random key: [UInt8]) { self.key = key }

    /// A new random secret.
    ///
    /// `keyBytes` outside 24 to 32 is a mistake of the caller.
    package static func generate(keyBytes: Int = generatedKeyBytes) -> WebhookSecret {
        precondition((keyBytesMin...32).contains(keyBytes))
        return WebhookSecret(random: SecureRandom.bytes(count: keyBytes))
    }

    /// The secret as it is shown to its owner: the one way to its text.
    package func reveal() -> String { Self.prefix + Base64.encode(key) }

    package static func == (left: WebhookSecret, right: WebhookSecret) -> Bool {
        ConstantTime.equals(left.key, right.key)
    }
}

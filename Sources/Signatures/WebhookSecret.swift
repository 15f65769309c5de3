/// The symmetric secret of a webhook endpoint as Standard Webhooks writes it: `whsec_` and base64.
///
/// Printing it shows no part of the key.
package struct WebhookSecret: Hashable, Sendable {
    package static let prefix = "whsec_"
    package static let keyBytesMin = 24
    package static let keyBytesMax = 64

    /// How many random bytes a generated secret holds.
    package static let generatedKeyBytes = 32

    /// The key of the HMAC.
    let key: [UInt8]

    /// Takes raw key bytes, between 24 and 64 of them.
    package init(key: [UInt8]) throws(SignatureError) {
        guard key.count >= Self.keyBytesMin else {
            throw SignatureError(.secretTooShort, "a webhook secret has at least \(Self.keyBytesMin) bytes")
        }
        guard key.count <= Self.keyBytesMax else {
            throw SignatureError(.secretTooLong, "a webhook secret has at most \(Self.keyBytesMax) bytes")
        }
        self.key = key
    }

    /// Reads `whsec_` and base64, padded or not.
    package init(parsing text: String) throws(SignatureError) {
        guard text.hasPrefix(Self.prefix) else {
            throw SignatureError(.secretMalformed, "a webhook secret begins with '\(Self.prefix)'")
        }
        guard text.utf8.count <= Self.prefix.utf8.count + Self.keyBytesMax * 2 else {
            throw SignatureError(.secretTooLong, "a webhook secret has at most \(Self.keyBytesMax) bytes")
        }
        guard let key = Base64.decode(text.dropFirst(Self.prefix.count)) else {
            throw SignatureError(.secretMalformed, "what follows '\(Self.prefix)' is not base64")
        }
        try self.init(key: key)
    }

    private init(generated key: [UInt8]) { self.key = key }

    /// A new random secret.
    ///
    /// `keyBytes` outside 24 to 32 is a mistake of the caller.
    package static func generate(keyBytes: Int = generatedKeyBytes) -> WebhookSecret {
        precondition((keyBytesMin...32).contains(keyBytes))
        return WebhookSecret(generated: SecureRandom.bytes(count: keyBytes))
    }

    /// The secret as it is shown to its owner: the one way to its text.
    package func reveal() -> String { Self.prefix + Base64.encode(key) }

    package static func == (left: WebhookSecret, right: WebhookSecret) -> Bool {
        ConstantTime.equals(left.key, right.key)
    }
}

extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(Self.prefix)(hidden)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

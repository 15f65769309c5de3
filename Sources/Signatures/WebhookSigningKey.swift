/// What a sender signs a message with.
package enum WebhookSigningKey: Hashable, Sendable {
    case secret(WebhookSecret)
    case pair(WebhookKeyPair)

    /// Reads `whsec_...` or `whsk_...`.
    package init(parsing text: String) throws(SignatureError) {
        if text.hasPrefix(WebhookKeyPair.prefix) {
            self = .pair(try WebhookKeyPair(parsing: text))
        } else {
            self = .secret(try WebhookSecret(parsing: text))
        }
    }

    package var scheme: SignatureScheme {
        switch self {
        case .secret: .symmetric
        case .pair: .asymmetric
        }
    }

    /// The key as it is kept: the one way to its text.
    package func reveal() -> String {
        switch self {
        case .secret(let secret): secret.reveal()
        case .pair(let pair): pair.reveal()
        }
    }

    func sign(_ content: [UInt8]) -> [UInt8] {
        switch self {
        case .secret(let secret): HMACSHA256.code(of: content, key: secret.key)
        case .pair(let pair): Ed25519.sign(content, seed: pair.seed)
        }
    }
}

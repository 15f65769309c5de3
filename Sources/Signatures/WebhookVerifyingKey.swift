/// What a receiver checks a message with.
package enum WebhookVerifyingKey: Hashable, Sendable {
    case secret(WebhookSecret)
    case publicKey(WebhookPublicKey)

    /// Reads `whsec_...` or `whpk_...`.
    package init(parsing text: String) throws(SignatureError) {
        if text.hasPrefix(WebhookPublicKey.prefix) {
            self = .publicKey(try WebhookPublicKey(parsing: text))
        } else if text.hasPrefix(WebhookKeyPair.prefix) {
            throw SignatureError(
                .secretMalformed,
                "a private key signs; verify with its public key, which begins with '\(WebhookPublicKey.prefix)'"
            )
        } else {
            self = .secret(try WebhookSecret(parsing: text))
        }
    }

    package var scheme: SignatureScheme {
        switch self {
        case .secret: .symmetric
        case .publicKey: .asymmetric
        }
    }

    /// Whether one of `signatures` was made over `content`; each is looked at, so time does not tell which matched.
    func matches(_ signatures: [[UInt8]], content: [UInt8]) -> Bool {
        var isMatch = false
        switch self {
        case .secret(let secret):
            let expected = HMACSHA256.code(of: content, key: secret.key)
            for signature in signatures where ConstantTime.equals(signature, expected) { isMatch = true }
        case .publicKey(let key):
            for signature in signatures where Ed25519.verify(signature, of: content, publicKey: key.bytes) {
                isMatch = true
            }
        }
        return isMatch
    }
}

package import Foundation
package import Signatures

/// Standard Webhooks: OpenAI, Anthropic, and vision services of our own contract.
package struct StandardWebhooksVerifier: CallbackVerifier {
    private let keys: [WebhookVerifyingKey]
    private let now: @Sendable () -> Date

    /// Several keys while one replaces another.
    package init(keys: [WebhookVerifyingKey], now: @escaping @Sendable () -> Date = { Date() }) {
        self.keys = keys
        self.now = now
    }

    /// Reads a key as providers hand it out: `whsec_` and base64, `whpk_` and base64, or the bytes of the key itself.
    package static func key(_ secret: Secret) throws(SignatureError) -> WebhookVerifyingKey {
        let text = secret.reveal()
        if text.hasPrefix(WebhookSecret.prefix) || text.hasPrefix(WebhookPublicKey.prefix) {
            return try WebhookVerifyingKey(parsing: text)
        }
        return .secret(try WebhookSecret(key: Array(text.utf8)))
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            let id = try callback.single(WebhookHeaders.idName)
            let headers = WebhookHeaders(
                id: id,
                timestamp: try callback.single(WebhookHeaders.timestampName),
                signature: try callback.single(WebhookHeaders.signatureName)
            )
            do throws(SignatureError) {
                try WebhookSignature.verify(
                    headers,
                    body: callback.body,
                    keys: keys,
                    now: Int64(now().timeIntervalSince1970)
                )
            } catch {
                throw CallbackDoubt(error.description)
            }
            return id
        }
    }
}

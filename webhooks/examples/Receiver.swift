// with the package swift-crypto; `headers` have lower-case names, `body` is what came, before it is parsed
import Crypto
import Foundation

struct ReelgateWebhook {
    let key: SymmetricKey

    init?(secret: String) {
        guard secret.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(secret.dropFirst(6))) else {
            return nil
        }
        key = SymmetricKey(data: bytes)
    }

    func isGenuine(headers: [String: String], body: Data, now: Date = Date()) -> Bool {
        guard let id = headers["webhook-id"], let time = headers["webhook-timestamp"],
            let seconds = Int64(time), abs(now.timeIntervalSince1970 - Double(seconds)) <= 300
        else { return false }
        let content = Data("\(id).\(time).".utf8) + body
        return (headers["webhook-signature"] ?? "").split(separator: " ").prefix(16).contains { part in
            guard part.hasPrefix("v1,"), let code = Data(base64Encoded: String(part.dropFirst(3))) else {
                return false
            }
            // Compares in constant time.
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key)
        }
    }
}

// In Package.swift, on Linux too: .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
// and for the target: .product(name: "Crypto", package: "swift-crypto").
import Crypto
import Foundation

struct ReelgateWebhook {
    let key: SymmetricKey

    init?(secret: String) {
        guard secret.hasPrefix("whsec_"), let bytes = Self.decode(secret.dropFirst(6)) else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// `headers` have lower-case names, `body` is what came, before it is parsed.
    func isGenuine(headers: [String: String], body: Data, now: Date = Date()) -> Bool {
        guard let id = headers["webhook-id"], let time = headers["webhook-timestamp"],
            let seconds = Int64(time), abs(now.timeIntervalSince1970 - Double(seconds)) <= 300
        else { return false }
        let content = Data("\(id).\(time).".utf8) + body
        return (headers["webhook-signature"] ?? "").split(separator: " ").prefix(16).contains { part in
            guard part.hasPrefix("v1,"), let code = Self.decode(part.dropFirst(3)) else { return false }
            // Compares in constant time.
            return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key)
        }
    }

    /// Base64 with its padding or without.
    private static func decode(_ text: Substring) -> Data? {
        Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
    }
}

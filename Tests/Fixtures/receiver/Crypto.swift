import CLibcrypto
public import Foundation

// What `webhooks/examples/Receiver.swift` needs of swift-crypto, by OpenSSL: so the example is compiled as it is, without
// a second crypto library in the build.

/// A key of any length.
public struct SymmetricKey {
    let bytes: [UInt8]

    /// Takes the bytes as they are.
    public init(data: Data) { bytes = Array(data) }
}

/// Names the digest; there is no other.
public enum SHA256 {}

/// Codes by SHA-256.
public enum HMAC<Hash> {
    /// Compares in constant time.
    public static func isValidAuthenticationCode(
        _ code: Data,
        authenticating data: Data,
        using key: SymmetricKey
    ) -> Bool {
        let (content, code) = (Array(data), Array(code))
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let made = CLibcrypto.HMAC(
            EVP_sha256(),
            key.bytes,
            Int32(key.bytes.count),
            content,
            content.count,
            &digest,
            &length
        )
        return made != nil && code.count == digest.count && CRYPTO_memcmp(code, digest, digest.count) == 0
    }
}

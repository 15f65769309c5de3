import CLibssl
import Foundation

/// A sender of the tests that signs with a key pair and shows a certificate made on the spot, signed by itself.
package final class RSASigner: @unchecked Sendable {
    /// Of 2,048 bits, and good for ten years before and after today: tests have clocks of their own.
    package static let shared = RSASigner(from: -315_576_000, to: 315_576_000)

    // A key is only read once it is made, which OpenSSL allows from several threads.
    private let key: OpaquePointer

    /// The certificate's text.
    package let pem: [UInt8]

    /// The times are in seconds from now; without `isRSA` the key is on an elliptic curve.
    package init(bits: UInt32 = 2_048, from: Int = -86_400, to: Int = 86_400, isRSA: Bool = true) {
        guard let key = isRSA ? loopback_rsa_key(bits) : loopback_key(),
            let certificate = loopback_certificate(key, "Signer", nil, from, to, nil, nil)
        else { fatalError("no key") }
        self.key = key
        defer { X509_free(certificate) }
        pem = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
            count = Int(loopback_pem(certificate, buffer.baseAddress, Int32(buffer.count)))
        }
    }

    deinit { EVP_PKEY_free(key) }

    /// The private key's text.
    package var keyPEM: [UInt8] { keyPEM(password: nil) }

    /// The private key's text, encrypted where there is a password.
    package func keyPEM(password: String?) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
            count = Int(loopback_key_pem(key, password, buffer.baseAddress, Int32(buffer.count)))
        }
    }

    package func sign(_ message: [UInt8], withSHA1: Bool = false) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return [UInt8](unsafeUninitializedCapacity: 1_024) { buffer, count in
            var length = buffer.count
            guard EVP_DigestSignInit(context, nil, withSHA1 ? EVP_sha1() : EVP_sha256(), nil, key) == 1,
                EVP_DigestSign(context, buffer.baseAddress, &length, message, message.count) == 1
            else { fatalError("no signature") }
            count = length
        }
    }
}

package import Foundation
package import Signatures

/// A plain hash over the body, a time and a secret, in hexadecimal: Cloudinary.
package struct SecretDigestVerifier: CallbackVerifier {
    package static let toleranceSeconds: Int64 = 7_200
    package let signatureHeader: String
    package let timestampHeader: String
    /// What the account is set to; never chosen by the callback.
    package let algorithm: HashAlgorithm
    private let key: Secret
    private let now: @Sendable () -> Date

    package init(
        signatureHeader: String = "x-cld-signature",
        timestampHeader: String = "x-cld-timestamp",
        algorithm: HashAlgorithm = .sha1,
        key: Secret,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.signatureHeader = signatureHeader
        self.timestampHeader = timestampHeader
        self.algorithm = algorithm
        self.key = key
        self.now = now
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            guard !key.reveal().isEmpty else { throw CallbackDoubt("there is no key") }
            let time = try callback.single(timestampHeader)
            try CallbackDoubt.checkAge(
                of: time,
                now: Int64(now().timeIntervalSince1970),
                toleranceSeconds: Self.toleranceSeconds
            )
            guard let digest = Hex.decode(try callback.single(signatureHeader)) else {
                throw CallbackDoubt("header '\(signatureHeader)' is not hexadecimal")
            }
            let expected = MessageDigest.hash(
                callback.body + Array(time.utf8) + Array(key.reveal().utf8),
                using: algorithm
            )
            guard ConstantTime.equals(digest, expected) else { throw CallbackDoubt.mismatch }
            return callback.digestId
        }
    }
}

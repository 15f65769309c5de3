package import Signatures

/// An HMAC over the body, in hexadecimal behind a prefix: Remotion (`sha512=`), OpenShorts (`sha256=`).
///
/// Nothing but the body is signed: neither a time nor an id, so a callback can be sent again.
package struct BodyCodeVerifier: CallbackVerifier {
    package let header: String
    package let prefix: String
    package let algorithm: HashAlgorithm
    /// The secret of every callback; nil where each task has its own.
    private let shared: Secret?

    package init(header: String, prefix: String, algorithm: HashAlgorithm, shared: Secret? = nil) {
        self.header = header
        self.prefix = prefix
        self.algorithm = algorithm
        self.shared = shared
    }

    /// Remotion Lambda; without a secret it writes `NO_SECRET_PROVIDED`, which is no hexadecimal.
    package static func remotion(shared: Secret? = nil) -> BodyCodeVerifier {
        BodyCodeVerifier(
            header: "x-remotion-signature",
            prefix: "sha512=",
            algorithm: .sha512,
            shared: shared
        )
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            guard let key = (shared ?? callback.secret)?.reveal(), !key.isEmpty else {
                throw CallbackDoubt("nobody was given a secret for this address")
            }
            let given = try callback.single(header)
            guard given.hasPrefix(prefix), let code = Hex.decode(given.dropFirst(prefix.count)) else {
                throw CallbackDoubt("header '\(header)' is not '\(prefix)' and hexadecimal")
            }
            let expected = HMACCode.make(of: callback.body, key: Array(key.utf8), using: algorithm)
            guard ConstantTime.equals(code, expected) else { throw CallbackDoubt.mismatch }
            return callback.digestId
        }
    }
}

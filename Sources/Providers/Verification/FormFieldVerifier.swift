package import Signatures

/// An HMAC over the text of one field of a form, in another field of it: Transloadit.
package struct FormFieldVerifier: CallbackVerifier {
    package let payloadField: String
    package let signatureField: String
    package let prefix: String
    package let algorithm: HashAlgorithm
    private let key: Secret

    package init(
        payloadField: String = "transloadit",
        signatureField: String = "signature",
        prefix: String = "sha384:",
        algorithm: HashAlgorithm = .sha384,
        key: Secret
    ) {
        self.payloadField = payloadField
        self.signatureField = signatureField
        self.prefix = prefix
        self.algorithm = algorithm
        self.key = key
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            guard !key.reveal().isEmpty else { throw CallbackDoubt("there is no key") }
            let form = try FormBody(callback.body, contentType: try callback.single("content-type"))
            let payload = try form.single(payloadField)
            let given = String(decoding: try form.single(signatureField), as: UTF8.self)
            // Without the prefix it would be the SHA-1 of older accounts.
            guard given.hasPrefix(prefix), let code = Hex.decode(given.dropFirst(prefix.count)) else {
                throw CallbackDoubt("field '\(signatureField)' is not '\(prefix)' and hexadecimal")
            }
            let expected = HMACCode.make(of: payload, key: Array(key.reveal().utf8), using: algorithm)
            guard ConstantTime.equals(code, expected) else { throw CallbackDoubt.mismatch }
            // What is around the field is not signed, and a boundary differs each time.
            return "sha256-\(SHA256Digest.hex(payload))"
        }
    }
}

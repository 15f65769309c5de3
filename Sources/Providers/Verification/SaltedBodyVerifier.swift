package import Signatures

/// An HMAC-SHA256 over the body and a salt that comes beside it: OpusClip.
///
/// The time that is sent too is not signed and counts for nothing. The salt is the message's id, so that the inbox takes
/// each salt once.
package struct SaltedBodyVerifier: CallbackVerifier {
    package static let saltBytes = 8...128
    package let signatureHeader: String
    package let saltHeader: String
    private let key: Secret

    package init(
        signatureHeader: String = "x-opus-signature",
        saltHeader: String = "x-opus-salt",
        key: Secret
    ) {
        self.signatureHeader = signatureHeader
        self.saltHeader = saltHeader
        self.key = key
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            guard !key.reveal().isEmpty else { throw CallbackDoubt("there is no key") }
            let salt = try callback.single(saltHeader)
            // Body and salt touch without a mark between them: such a salt cannot be a part of a JSON body.
            guard Self.saltBytes.contains(salt.utf8.count), salt.utf8.allSatisfy(Self.isPlain) else {
                throw CallbackDoubt("header '\(saltHeader)' is not made of letters and digits")
            }
            guard let code = Hex.decode(try callback.single(signatureHeader)) else {
                throw CallbackDoubt("header '\(signatureHeader)' is not hexadecimal")
            }
            let expected = HMACSHA256.code(
                of: callback.body + Array(salt.utf8),
                key: Array(key.reveal().utf8)
            )
            guard ConstantTime.equals(code, expected) else { throw CallbackDoubt.mismatch }
            return "salt-\(salt)"
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
            || byte == 0x2d || byte == 0x5f
    }
}

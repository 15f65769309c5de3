/// The signature of a link to one artifact that works without a key until it expires.
///
/// It is an HMAC-SHA256 over the path, a line feed and the time of expiry, in base64url.
package enum LinkSignature {
    /// Signs `path`.
    ///
    /// `expires` is in whole seconds since 1970.
    package static func sign(path: String, expires: Int64, key: [UInt8]) -> String {
        Base64URL.encode(code(path: path, expires: expires, key: key))
    }

    /// Throws unless `signature` belongs to this path and time, and the time has not passed.
    package static func verify(
        _ signature: String,
        path: String,
        expires: Int64,
        key: [UInt8],
        now: Int64
    ) throws(SignatureError) {
        guard let given = Base64URL.decode(signature),
            ConstantTime.equals(given, code(path: path, expires: expires, key: key))
        else { throw SignatureError(.signatureMismatch, "the link's signature does not match") }
        // Only a link that we signed may learn that it was once good.
        guard now < expires else { throw SignatureError(.linkExpired, "the link has expired") }
    }

    private static func code(path: String, expires: Int64, key: [UInt8]) -> [UInt8] {
        HMACSHA256.code(of: Array("\(path)\n\(expires)".utf8), key: key)
    }
}

/// What a receiver checks `v1a` signatures with: `whpk_` and base64 of 32 bytes; it is no secret.
package struct WebhookPublicKey: Hashable, Sendable, CustomStringConvertible {
    package static let prefix = "whpk_"

    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads `whpk_` and base64 of 32 bytes, padded or not.
    package init(parsing text: String) throws(SignatureError) {
        bytes = try KeyText.decode(
            text,
            prefix: Self.prefix,
            name: "a public webhook key",
            byteCount: Ed25519.publicKeyBytes...Ed25519.publicKeyBytes
        )
    }

    package var description: String { Self.prefix + Base64.encode(bytes) }
}

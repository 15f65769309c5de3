/// How a message is signed, as its signatures name it.
package enum SignatureScheme: String, Sendable, CaseIterable {
    /// HMAC-SHA256 with a secret that both sides know.
    case symmetric = "v1"

    /// Ed25519: receivers only hold a public key, and cannot sign.
    case asymmetric = "v1a"
}

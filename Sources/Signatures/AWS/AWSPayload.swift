/// What a signature says of a request's body.
package enum AWSPayload: Sendable, Hashable {
    /// The lower-case hexadecimal SHA-256 of the body.
    case sha256(String)

    /// Nothing: TLS alone guards the body.
    case unsigned

    package static let empty = AWSPayload.bytes([])

    package static func bytes(_ bytes: some Collection<UInt8>) -> AWSPayload {
        .sha256(SHA256Digest.hex(bytes))
    }

    var text: String {
        switch self {
        case .sha256(let digest): digest
        case .unsigned: "UNSIGNED-PAYLOAD"
        }
    }
}

import CLibcrypto

/// A SHA-2 hash function, alone or inside an HMAC.
package enum HashAlgorithm: Sendable {
    case sha256
    case sha384
    case sha512

    /// The length of a digest in bytes.
    package var digestBytes: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The library's own description of the function, which is never freed.
    var implementation: OpaquePointer? {
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}

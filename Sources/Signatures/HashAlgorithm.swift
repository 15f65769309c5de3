import CLibcrypto

/// A hash function, alone, inside an HMAC or inside a signature.
package enum HashAlgorithm: Sendable, Hashable, CaseIterable {
    /// Only to check what others sign with it: it is too weak for anything new.
    case sha1
    case sha256
    case sha384
    case sha512

    /// The length of a digest in bytes.
    package var digestBytes: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The library's own description of the function, which is never freed.
    var implementation: OpaquePointer? {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        }
    }
}

import CLibcrypto

/// Comparison that takes the same time wherever two secrets differ.
package enum ConstantTime {
    /// Whether both hold the same bytes.
    ///
    /// Only the length may be learned from the time that this takes.
    package static func equals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }

    /// Whether both hold the same UTF-8 bytes.
    package static func equals(_ left: String, _ right: String) -> Bool {
        equals(Array(left.utf8), Array(right.utf8))
    }
}

import CLibcrypto

/// Bytes that nobody can guess.
package enum SecureRandom {
    /// `count` random bytes from libcrypto's generator.
    package static func bytes(count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Going on without randomness would mint guessable secrets, so this ends the process.
            guard unsafe RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else {
                fatalError("libcrypto has no randomness")
            }
            initialized = count
        }
    }

    /// A random text of `count` bytes in base64url, for tokens that travel in paths.
    package static func token(byteCount count: Int) -> String { Base64URL.encode(bytes(count: count)) }
}

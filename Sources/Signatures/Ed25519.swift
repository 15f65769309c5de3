import CLibcrypto

/// Signatures with a pair of keys on Curve25519 (RFC 8032), by libcrypto.
enum Ed25519 {
    static let seedBytes = 32
    static let publicKeyBytes = 32
    static let signatureBytes = 64

    /// The public key that belongs to `seed`.
    static func publicKey(seed: [UInt8]) -> [UInt8] {
        let key = unsafe privateKey(seed)
        defer { unsafe EVP_PKEY_free(key) }
        return unsafe [UInt8](unsafeUninitializedCapacity: publicKeyBytes) { buffer, count in
            var length = publicKeyBytes
            check(unsafe EVP_PKEY_get_raw_public_key(key, buffer.baseAddress, &length))
            count = length
        }
    }

    /// The one signature that `seed` gives over `message`.
    static func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8] {
        let key = unsafe privateKey(seed)
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe newContext()
        defer { unsafe EVP_MD_CTX_free(context) }
        check(unsafe EVP_DigestSignInit(context, nil, nil, nil, key))
        return unsafe [UInt8](unsafeUninitializedCapacity: signatureBytes) { buffer, count in
            var length = signatureBytes
            check(unsafe EVP_DigestSign(context, buffer.baseAddress, &length, message, message.count))
            count = length
        }
    }

    /// Whether `signature` was made over `message` by the owner of `publicKey`.
    static func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureBytes,
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return false }
        defer { unsafe EVP_PKEY_free(key) }
        let context = unsafe newContext()
        defer { unsafe EVP_MD_CTX_free(context) }
        check(unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key))
        // A signature that does not match leaves a line in this thread's queue of errors; nobody else may find it.
        defer { ERR_clear_error() }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func privateKey(_ seed: [UInt8]) -> OpaquePointer {
        precondition(seed.count == seedBytes)
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            fatalError("libcrypto refuses an Ed25519 key")
        }
        return unsafe key
    }

    private static func newContext() -> OpaquePointer {
        guard let context = unsafe EVP_MD_CTX_new() else {
            fatalError("libcrypto has no memory for a signature")
        }
        return unsafe context
    }

    /// With a valid key these calls only fail for lack of memory, and no caller could go on from there.
    private static func check(_ status: Int32) {
        guard status == 1 else { fatalError("libcrypto could not sign") }
    }
}

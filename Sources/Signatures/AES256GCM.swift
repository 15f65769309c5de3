import CLibcrypto

/// Authenticated encryption (NIST SP 800-38D), by libcrypto.
enum AES256GCM {
    static let keyBytes = 32
    static let nonceBytes = 12
    static let tagBytes = 16

    /// Encrypts `plain`; the tag vouches for it and for `extra`, which is not encrypted.
    ///
    /// No two calls under one key may have the same nonce.
    static func seal(
        _ plain: [UInt8],
        key: [UInt8],
        nonce: [UInt8],
        extra: [UInt8]
    ) -> (cipher: [UInt8], tag: [UInt8]) {
        let context = unsafe newContext(key: key, nonce: nonce)
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var length: Int32 = 0
        check(unsafe EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce))
        check(unsafe EVP_EncryptUpdate(context, nil, &length, extra, Int32(extra.count)))
        var cipher = [UInt8](repeating: 0, count: plain.count)
        check(unsafe EVP_EncryptUpdate(context, &cipher, &length, plain, Int32(plain.count)))
        // This mode keeps nothing back to give at its end.
        var rest = [UInt8](repeating: 0, count: tagBytes)
        check(unsafe EVP_EncryptFinal_ex(context, &rest, &length))
        var tag = [UInt8](repeating: 0, count: tagBytes)
        check(unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag))
        return (cipher, tag)
    }

    /// What was encrypted; nil when anything of it, or of `extra`, is not as it was.
    static func open(
        _ cipher: [UInt8],
        tag: [UInt8],
        key: [UInt8],
        nonce: [UInt8],
        extra: [UInt8]
    ) -> [UInt8]? {
        let context = unsafe newContext(key: key, nonce: nonce)
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        precondition(tag.count == tagBytes)
        var length: Int32 = 0
        check(unsafe EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce))
        check(unsafe EVP_DecryptUpdate(context, nil, &length, extra, Int32(extra.count)))
        var plain = [UInt8](repeating: 0, count: cipher.count)
        check(unsafe EVP_DecryptUpdate(context, &plain, &length, cipher, Int32(cipher.count)))
        var tag = tag
        check(unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag))
        // A tag that does not match leaves a line in this thread's queue of errors; nobody else may find it.
        defer { ERR_clear_error() }
        var rest = [UInt8](repeating: 0, count: tagBytes)
        guard unsafe EVP_DecryptFinal_ex(context, &rest, &length) == 1 else { return nil }
        return plain
    }

    private static func newContext(key: [UInt8], nonce: [UInt8]) -> OpaquePointer {
        precondition(key.count == keyBytes && nonce.count == nonceBytes)
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            fatalError("libcrypto has no memory for a cipher")
        }
        return unsafe context
    }

    /// With a key and a nonce of the right length these calls only fail for lack of memory.
    private static func check(_ status: Int32) {
        guard status == 1 else { fatalError("libcrypto could not encrypt") }
    }
}

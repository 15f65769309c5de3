import CLibcrypto

/// A SHA-256 over bytes that arrive in pieces.
///
/// It belongs to one task at a time: that is why it is not `Sendable`.
@safe
package final class SHA256Digest {
    private let context: OpaquePointer

    package init() {
        guard let context = unsafe EVP_MD_CTX_new() else {
            fatalError("libcrypto has no memory for a digest")
        }
        unsafe self.context = context
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("libcrypto refuses SHA-256")
        }
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    /// Adds bytes.
    ///
    /// Contiguous collections are read in place, others are copied first.
    package func update(_ bytes: some Collection<UInt8>) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            unsafe add(buffer)
        }
        if isDone == nil { unsafe Array(bytes).withUnsafeBufferPointer { buffer in unsafe add(buffer) } }
    }

    /// Adds the bytes of a span.
    package func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe check(EVP_DigestUpdate(context, buffer.baseAddress, buffer.count))
        }
    }

    /// Returns the 32 bytes of the digest and begins anew.
    package func finish() -> [UInt8] {
        let digest = unsafe [UInt8](unsafeUninitializedCapacity: HashAlgorithm.sha256.digestBytes) {
            buffer,
            count in
            var length: UInt32 = 0
            unsafe check(EVP_DigestFinal_ex(context, buffer.baseAddress, &length))
            count = Int(length)
        }
        unsafe check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
        return digest
    }

    /// Returns the digest in lower-case hexadecimal and begins anew.
    package func finishHex() -> String { Hex.encode(finish()) }

    /// The 32-byte digest of `bytes`.
    package static func hash(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of `bytes` in lower-case hexadecimal.
    package static func hex(_ bytes: some Collection<UInt8>) -> String { Hex.encode(hash(bytes)) }

    private func add(_ buffer: UnsafeBufferPointer<UInt8>) {
        unsafe check(EVP_DigestUpdate(context, buffer.baseAddress, buffer.count))
    }

    /// A digest call on a valid context only fails for lack of memory, and no caller could go on from there.
    private func check(_ status: Int32) {
        guard status == 1 else { fatalError("libcrypto could not hash") }
    }
}

import CLibcrypto

/// The private RSA key of somebody who signs with PKCS #1 v1.5, as the keys of service accounts are.
///
/// Printing it shows nothing.
package struct RSASigningKey: HiddenKey, Hashable, Sendable {
    package static let prefix = ""
    package static let pemBytesMax = 16 << 10
    package static let keyBitsMin: Int32 = 2_048
    /// Larger keys would only cost time.
    package static let keyBitsMax: Int32 = 8_192
    private let pem: [UInt8]

    /// Reads a PEM text without a password.
    package init(pem: [UInt8]) throws(SignatureError) {
        guard pem.count <= Self.pemBytesMax else {
            throw SignatureError(.keyMalformed, "the private key is longer than \(Self.pemBytesMax) bytes")
        }
        guard
            let key = unsafe Self.withKey(
                of: pem,
                { key -> (isRSA: Bool, bits: Int32) in
                    unsafe (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, EVP_PKEY_get_bits(key))
                }
            )
        else { throw SignatureError(.keyMalformed, "the private key cannot be read") }
        guard key.isRSA, (Self.keyBitsMin...Self.keyBitsMax).contains(key.bits) else {
            throw SignatureError(
                .keyMalformed,
                "the private key is no RSA key of \(Self.keyBitsMin) to \(Self.keyBitsMax) bits"
            )
        }
        self.pem = pem
    }

    /// The one signature that the key gives over `message`.
    package func sign(_ message: [UInt8], using algorithm: HashAlgorithm = .sha256) -> [UInt8] {
        let signature = unsafe Self.withKey(of: pem) { key -> [UInt8] in
            guard let context = unsafe EVP_MD_CTX_new() else {
                fatalError("libcrypto has no memory for a signature")
            }
            defer { unsafe EVP_MD_CTX_free(context) }
            let bytesMax = unsafe Int(EVP_PKEY_get_size(key))
            return unsafe [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
                var length = bytesMax
                guard unsafe EVP_DigestSignInit(context, nil, algorithm.implementation, nil, key) == 1,
                    unsafe EVP_DigestSign(context, buffer.baseAddress, &length, message, message.count) == 1
                else { fatalError("libcrypto could not sign") }
                count = length
            }
        }
        // It was read once, so only a lack of memory can be the reason.
        guard let signature else { fatalError("libcrypto could not read a key again") }
        return signature
    }

    package static func == (left: RSASigningKey, right: RSASigningKey) -> Bool {
        ConstantTime.equals(left.pem, right.pem)
    }

    /// Reads it anew each time: so nothing of the library is shared between threads.
    private static func withKey<Result>(of pem: [UInt8], _ body: (OpaquePointer) -> Result) -> Result? {
        // What cannot be read leaves a line in this thread's queue of errors.
        defer { ERR_clear_error() }
        return unsafe pem.withUnsafeBufferPointer { buffer -> Result? in
            guard let source = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            // An empty password, so that an encrypted text is refused and nobody is asked for one.
            var password: CChar = 0
            guard let key = unsafe PEM_read_bio_PrivateKey(source, nil, nil, &password) else { return nil }
            defer { unsafe EVP_PKEY_free(key) }
            return unsafe body(key)
        }
    }
}

import CLibcrypto

/// The X.509 certificate of a sender that signs with an RSA key pair.
///
/// Only its key and its times are read: whose it is has to be known from where it came.
package struct SigningCertificate: Sendable, Hashable {
    package static let pemBytesMax = 16 << 10
    package static let keyBitsMin: Int32 = 2_048
    /// Larger keys would only cost time.
    package static let keyBitsMax: Int32 = 8_192
    private let pem: [UInt8]

    /// Reads the first certificate of a PEM text.
    package init(pem: [UInt8]) throws(SignatureError) {
        guard pem.count <= Self.pemBytesMax else {
            throw SignatureError(
                .certificateMalformed,
                "the certificate is longer than \(Self.pemBytesMax) bytes"
            )
        }
        guard
            let key = unsafe Self.withKey(
                of: pem,
                { key -> (isRSA: Bool, bits: Int32) in
                    unsafe (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, EVP_PKEY_get_bits(key))
                }
            )
        else {
            throw SignatureError(.certificateMalformed, "the certificate cannot be read")
        }
        guard key.isRSA, (Self.keyBitsMin...Self.keyBitsMax).contains(key.bits) else {
            throw SignatureError(
                .certificateMalformed,
                "the certificate's key is no RSA key of \(Self.keyBitsMin) to \(Self.keyBitsMax) bits"
            )
        }
        self.pem = pem
    }

    /// Whether the certificate is good at a time, in whole seconds since 1970.
    package func isValid(at seconds: Int64) -> Bool {
        var time = time_t(seconds)
        return unsafe Self.withCertificate(pem) { certificate in
            // Zero is an error, and "the same moment" counts as earlier.
            unsafe X509_cmp_time(X509_get0_notBefore(certificate), &time) < 0
                && X509_cmp_time(X509_get0_notAfter(certificate), &time) > 0
        } ?? false
    }

    /// Whether `signature` (RSA, PKCS #1 v1.5) was made over `message` by the owner of the certificate.
    package func verifies(
        _ signature: [UInt8],
        of message: [UInt8],
        using algorithm: HashAlgorithm
    ) -> Bool {
        unsafe Self.withKey(of: pem) { key in
            guard let context = unsafe EVP_MD_CTX_new() else {
                fatalError("libcrypto has no memory for a signature")
            }
            defer { unsafe EVP_MD_CTX_free(context) }
            guard unsafe EVP_DigestVerifyInit(context, nil, algorithm.implementation, nil, key) == 1 else {
                return false
            }
            return unsafe EVP_DigestVerify(
                context,
                signature,
                signature.count,
                message,
                message.count
            ) == 1
        } ?? false
    }

    private static func withKey<Result>(of pem: [UInt8], _ body: (OpaquePointer) -> Result) -> Result? {
        unsafe withCertificate(pem) { certificate -> Result? in
            // It stays the certificate's own.
            guard let key = unsafe X509_get0_pubkey(certificate) else { return nil }
            return unsafe body(key)
        } ?? nil
    }

    /// Reads it anew each time, which takes microseconds: so nothing of the library is shared between threads.
    private static func withCertificate<Result>(
        _ pem: [UInt8],
        _ body: (OpaquePointer) -> Result
    ) -> Result? {
        // What cannot be read or does not match leaves a line in this thread's queue of errors.
        defer { ERR_clear_error() }
        return unsafe pem.withUnsafeBufferPointer { buffer -> Result? in
            guard let source = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            // An empty password, so that an encrypted text is refused and nobody is asked for one.
            var password: CChar = 0
            guard let certificate = unsafe PEM_read_bio_X509(source, nil, nil, &password) else { return nil }
            defer { unsafe X509_free(certificate) }
            return unsafe body(certificate)
        }
    }
}

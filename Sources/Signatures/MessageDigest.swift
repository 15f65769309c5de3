import CLibcrypto

/// The hash of a whole message, by any of the algorithms.
package enum MessageDigest {
    package static func hash(_ message: some Collection<UInt8>, using algorithm: HashAlgorithm) -> [UInt8] {
        let message = Array(message)
        return unsafe [UInt8](unsafeUninitializedCapacity: algorithm.digestBytes) { buffer, count in
            var length: UInt32 = 0
            let status = unsafe EVP_Digest(
                message,
                message.count,
                buffer.baseAddress,
                &length,
                algorithm.implementation,
                nil
            )
            // It only fails for lack of memory, and no caller could go on from there.
            guard status == 1 else { fatalError("libcrypto could not hash") }
            count = Int(length)
        }
    }
}

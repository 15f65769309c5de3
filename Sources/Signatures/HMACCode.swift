import CLibcrypto

/// A keyed hash (RFC 2104) over a whole message.
package enum HMACCode {
    /// The code of `message` under `key`.
    package static func make(
        of message: some Collection<UInt8>,
        key: [UInt8],
        using algorithm: HashAlgorithm
    ) -> [UInt8] {
        let message = Array(message)
        return unsafe [UInt8](unsafeUninitializedCapacity: algorithm.digestBytes) { buffer, count in
            var length: UInt32 = 0
            let made = unsafe HMAC(
                algorithm.implementation,
                key,
                Int32(key.count),
                message,
                message.count,
                buffer.baseAddress,
                &length
            )
            guard unsafe made != nil else { fatalError("libcrypto could not compute an HMAC") }
            count = Int(length)
        }
    }
}

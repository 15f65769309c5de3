/// The HMAC over SHA-256, the one that most signatures use.
package enum HMACSHA256 {
    /// The 32-byte code of `message` under `key`.
    package static func code(of message: some Collection<UInt8>, key: [UInt8]) -> [UInt8] {
        HMACCode.make(of: message, key: key, using: .sha256)
    }
}

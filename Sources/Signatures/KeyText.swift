/// Reads the text of a key of fixed length: a prefix and base64.
enum KeyText {
    static func decode(
        _ text: String,
        prefix: String,
        name: String,
        byteCount: Int
    ) throws(SignatureError) -> [UInt8] {
        guard text.hasPrefix(prefix) else {
            throw SignatureError(.secretMalformed, "\(name) begins with '\(prefix)'")
        }
        guard text.utf8.count <= prefix.utf8.count + byteCount * 2 else {
            throw SignatureError(.secretTooLong, "\(name) has \(byteCount) bytes")
        }
        guard let bytes = Base64.decode(text.dropFirst(prefix.count)) else {
            throw SignatureError(.secretMalformed, "what follows '\(prefix)' is not base64")
        }
        guard bytes.count >= byteCount else {
            throw SignatureError(.secretTooShort, "\(name) has \(byteCount) bytes")
        }
        guard bytes.count <= byteCount else {
            throw SignatureError(.secretTooLong, "\(name) has \(byteCount) bytes")
        }
        return bytes
    }
}

/// Reads the text of a key: a prefix and base64, padded or not.
enum KeyText {
    /// The bytes of `text`; `name` stands for it in what is said of a text that is refused.
    static func decode(
        _ text: String,
        prefix: String,
        name: String,
        byteCount: ClosedRange<Int>
    ) throws(SignatureError) -> [UInt8] {
        guard text.hasPrefix(prefix) else {
            throw SignatureError(.secretMalformed, "\(name) begins with '\(prefix)'")
        }
        let isExact = byteCount.count == 1
        let tooLong = SignatureError(
            .secretTooLong,
            "\(name) has \(isExact ? "" : "at most ")\(byteCount.upperBound) bytes"
        )
        // Base64 of the longest is shorter: what comes from outside is not decoded at any length.
        guard text.utf8.count <= prefix.utf8.count + byteCount.upperBound * 2 else { throw tooLong }
        guard let bytes = Base64.decode(text.dropFirst(prefix.count)) else {
            throw SignatureError(.secretMalformed, "what follows '\(prefix)' is not base64")
        }
        guard bytes.count >= byteCount.lowerBound else {
            throw SignatureError(
                .secretTooShort,
                "\(name) has \(isExact ? "" : "at least ")\(byteCount.lowerBound) bytes"
            )
        }
        guard bytes.count <= byteCount.upperBound else { throw tooLong }
        return bytes
    }
}

import FoundationEssentials

/// Base64 with the standard alphabet (RFC 4648 part 4).
package enum Base64 {
    /// The padded text of `bytes`.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

    /// The bytes of `text`, padded or not, or nil when a character is not of the alphabet.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let padding = text.utf8.count % 4
        guard padding != 1 else { return nil }
        let padded = String(text) + String(repeating: "=", count: padding == 0 ? 0 : 4 - padding)
        return Data(base64Encoded: padded).map { [UInt8]($0) }
    }
}

/// Tags of languages as BCP 47 writes them: `de`, `pt-BR`, `zh-Hans-CN`.
package enum LanguageTag {
    package static let lengthMax = 35

    /// Whether `text` has the shape of a tag.
    package static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return text.utf8.count <= lengthMax
            && parts.enumerated().allSatisfy { index, part in
                let length = part.utf8.count
                let isPlain = part.utf8.allSatisfy { byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        || (index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte))
                }
                return isPlain && (index == 0 ? (2...3).contains(length) : (2...8).contains(length))
            }
    }

    /// The tag as BCP 47 advises to write it, whatever its letters are: `pt-BR` for `PT-br`.
    ///
    /// Two tags are the same where their canonical forms are.
    package static func canonical(_ tag: String) -> String {
        let parts = tag.lowercased().split(separator: "-")
        let tail = parts.dropFirst().map { part in
            switch part.count {
            case 2: part.uppercased()
            case 4: part.prefix(1).uppercased() + part.dropFirst()
            default: String(part)
            }
        }
        return (parts.prefix(1).map(String.init) + tail).joined(separator: "-")
    }

    /// The language without script and region.
    package static func primary(_ tag: String) -> String {
        tag.lowercased().split(separator: "-").first.map(String.init) ?? ""
    }
}

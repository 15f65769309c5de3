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

    /// The language without script and region.
    package static func primary(_ tag: String) -> String {
        tag.lowercased().split(separator: "-").first.map(String.init) ?? ""
    }
}

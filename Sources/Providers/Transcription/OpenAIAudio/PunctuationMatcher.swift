/// Gives words their punctuation back, which stands only in the text beside them.
struct PunctuationMatcher {
    /// So many words of the text may be missing among the words before the place is lost.
    static let windowMax = 12
    private let tokens: [Substring]
    private var next = 0

    init(text: String) {
        tokens = text.split(whereSeparator: \.isWhitespace)
    }

    /// The word as the text writes it; itself where it is not found near by.
    mutating func written(_ word: String) -> String {
        let plain = WordForm.plain(word)
        guard !plain.isEmpty else { return word }
        for index in next..<min(next + Self.windowMax, tokens.count)
        where WordForm.plain(tokens[index]) == plain {
            next = index + 1
            return String(tokens[index])
        }
        return word
    }
}

/// What a line is made of: a word, or a piece of one that is not cut.
struct TextToken: Sendable, Hashable {
    let text: String
    /// Whether a space stands before it within a line.
    let isSpaced: Bool
    /// Whether a line may begin with it.
    let mayStart: Bool

    /// The words of a caption page, one token each.
    static func words(_ words: [String]) -> [TextToken] {
        words.enumerated().map { index, word in
            let previous = index > 0 ? words[index - 1] : ""
            return TextToken(
                text: word,
                isSpaced: LineBreaks.needsSpace(previous, word),
                mayStart: LineBreaks.isAllowed(between: previous, and: word)
            )
        }
    }

    /// A text with spaces where it has them, cut wherever a line may end.
    static func pieces(of text: String) -> [TextToken] {
        text.split(whereSeparator: \.isWhitespace).flatMap { word in
            LineBreaks.pieces(String(word)).enumerated().map { index, piece in
                TextToken(text: piece, isSpaced: index == 0, mayStart: true)
            }
        }
    }
}

extension Sequence<TextToken> {
    /// The tokens as one line, each as `shown` writes it.
    func joined(_ shown: (Int, TextToken) -> String) -> String {
        enumerated().reduce(into: "") { line, item in
            if item.offset > 0 && item.element.isSpaced { line += " " }
            line += shown(item.offset, item.element)
        }
    }
}

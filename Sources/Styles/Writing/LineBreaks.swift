/// Where text may be cut, and where two words need a space between them.
enum LineBreaks {
    /// A line may not begin with these: closing punctuation, small kana and what lengthens or repeats.
    private static let noStart = Set(
        "、。，．：；？！）］｝〕〉》」』】〙〗〟’”»…‥・%‰℃°％,.!?;:)]}ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻ゝゞ〜～।॥؟،؛"
    )
    /// A line may not end with these: opening punctuation and signs before a number.
    private static let noEnd = Set("（［｛〔〈《「『【〘〖〝‘“«([{$€£¥￥＄＃#")

    static func opens(_ character: Character) -> Bool { noEnd.contains(character) }

    static func forbidsStart(_ text: String) -> Bool { text.first.map(noStart.contains) ?? false }

    /// Words of scripts without spaces stand close to what is around them.
    static func needsSpace(_ before: String, _ after: String) -> Bool {
        guard let last = before.last, let first = after.first else { return false }
        return !WritingSystem.isUnspaced(last) && !WritingSystem.isUnspaced(first)
    }

    /// Whether a line may end between two words.
    static func isAllowed(between before: String, and after: String) -> Bool {
        if needsSpace(before, after) { return true }
        return !forbidsStart(after) && !(before.last.map(noEnd.contains) ?? false)
    }

    /// A word cut at all places where a line may end: each Chinese or Japanese character with its punctuation.
    static func pieces(_ word: String) -> [String] {
        var pieces: [String] = []
        var previous: Character?
        for character in word {
            let isCut =
                previous.map { last in
                    (WritingSystem.isIdeographic(last) || WritingSystem.isIdeographic(character))
                        && !noStart.contains(character) && !noEnd.contains(last)
                } ?? true
            if isCut { pieces.append(String(character)) } else { pieces[pieces.count - 1].append(character) }
            previous = character
        }
        return pieces
    }

    /// How much of a page a text takes, in letters; wide characters count for two.
    static func letters(_ text: String) -> Int {
        text.reduce(0) { $0 + ($1.unicodeScalars.first.map(WritingSystem.isWide) ?? false ? 2 : 1) }
    }
}

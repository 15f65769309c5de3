import Contracts

/// Finds the words of a transcript that say nothing: `um`, `uh`, `äh`.
struct FillerWords {
    /// A filler that is closer to a word cannot be cut out without a part of it.
    static let gapMsMin = 60
    /// What takes longer is more than a filler, or its times are wrong.
    static let durationMsMax = 1_500

    private let words: Set<String>

    /// Nil for a language whose fillers nobody has listed.
    init?(language: String) {
        guard let words = Self.lists[LanguageTag.primary(language)] else { return nil }
        self.words = words
    }

    /// Where fillers lie that stand apart from the words around them; fillers in a row are one stretch.
    func marked(in words: [Transcript.Word]) -> [TimeRange] {
        var marked: [TimeRange] = []
        var index = 0
        while index < words.count {
            guard isFiller(words[index]) else {
                index += 1
                continue
            }
            let first = index
            while index < words.count, isFiller(words[index]) { index += 1 }
            let range = TimeRange(startMs: words[first].startMs, endMs: words[index - 1].endMs)
            let isApartBefore = first == 0 || range.startMs - words[first - 1].endMs >= Self.gapMsMin
            let isApartAfter = index == words.count || words[index].startMs - range.endMs >= Self.gapMsMin
            if isApartBefore, isApartAfter { marked.append(range) }
        }
        return marked
    }

    /// A question is an answer to somebody, and capitals are an abbreviation.
    private func isFiller(_ word: Transcript.Word) -> Bool {
        let letters = word.text.filter(\.isLetter)
        guard !word.text.contains("?"), !word.text.contains(where: \.isNumber),
            letters.dropFirst().allSatisfy({ !$0.isUppercase }),
            (1...Self.durationMsMax).contains(word.endMs - word.startMs)
        else { return false }
        return words.contains(letters.lowercased())
    }

    /// Only what is no word of the language in any other sense.
    private static let lists: [String: Set<String>] = [
        "en": ["um", "umm", "uh", "uhh", "uhm", "er", "erm", "hm", "hmm"],
        "de": ["äh", "ähm", "ähh", "öh", "öhm", "hm", "hmm"],
        "fr": ["euh", "heu", "hum", "hm", "hmm"],
        "es": ["ehm", "em", "mmm", "hm"],
        "it": ["ehm", "uhm", "mmm", "hm"],
        "nl": ["eh", "ehm", "uh", "uhm", "hm"],
    ]
}

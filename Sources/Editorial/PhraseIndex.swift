import Contracts

/// Numbers each run of three words, so that equal phrases anywhere in a transcript have equal numbers.
struct PhraseIndex {
    static let phraseWords = 3

    /// One number per word: that of the phrase which starts there.
    let numbers: [Int]
    /// How many phrases are different.
    let count: Int

    init(_ words: [Transcript.Word]) {
        var known: [String: Int] = [:]
        let forms = words.map { WordForm.normalised($0.text) }
        numbers = forms.indices.map { start in
            let phrase = forms[start...].prefix(Self.phraseWords).joined(separator: " ")
            let number = known[phrase] ?? known.count
            known[phrase] = number
            return number
        }
        count = known.count
    }

    /// The phrases that lie wholly within a run of words.
    func phrases(firstWord: Int, lastWord: Int) -> ArraySlice<Int> {
        numbers[firstWord...max(firstWord, lastWord - Self.phraseWords + 1)]
    }
}

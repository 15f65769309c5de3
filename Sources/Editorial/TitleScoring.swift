/// Tells which of a moment's clauses makes the best title.
enum TitleScoring {
    static let pointsMin = 12.0
    private static let lettersGood = 24...56

    static func points(_ text: String, place: Int, of count: Int, isEnglish: Bool) -> Double {
        let words = text.split(separator: " ").map(String.init)
        let forms = words.map(WordForm.normalised).filter { !$0.isEmpty }
        guard let first = forms.first else { return 0 }
        let content = forms.count { !Lexicon.stopwords.contains($0) && $0.count > 2 }
        var points = 24 * Double(content) / Double(max(forms.count, 4))
        if text.hasSuffix("?") { points += place <= 1 ? 16 : 4 }
        if lettersGood.contains(text.count) { points += 8 } else if text.count < 16 { points -= 10 }
        points +=
            Double(min(words.enumerated().count { WordForm.isName($1, startsSentence: $0 == 0) }, 2)) * 5
        if forms.contains(where: WordForm.isNumber) { points += 6 }
        let set = Set(forms)
        if !set.isDisjoint(with: Lexicon.superlatives) || !set.isDisjoint(with: Lexicon.emotions) {
            points += 6
        }
        if !set.isDisjoint(with: Lexicon.promises) { points += 4 }
        if !set.isDisjoint(with: Lexicon.contrasts) { points += 3 }
        if !set.isDisjoint(with: Lexicon.address) { points += 3 }
        points += place == 0 ? 7 : place == 1 ? 4 : place == count - 1 ? 3 : 0
        points -= Double(forms.count(where: Lexicon.fillers.contains)) * 10
        if forms.contains("like") || text.lowercased().contains("kind of") { points -= 6 }
        // What a pronoun means is not on the screen.
        if Lexicon.danglingOpeners.contains(first) { points -= 16 }
        points -= Double(forms.dropFirst().count { vague.contains($0) }) * 5
        if first == "i" || first.hasPrefix("i'") { points -= 3 }
        if content < 2 { points -= text.hasSuffix("?") ? 5 : 14 }
        if set.contains("mean") || set.contains("said") { points -= 6 }
        return points
    }

    private static let vague = Lexicon.words(
        "it that this they them those he she him thing things stuff something there"
    )
}

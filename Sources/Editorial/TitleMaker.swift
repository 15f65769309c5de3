import Contracts

/// Writes a title from a moment's own words: its best question or clause, whole.
///
/// Where none stands alone, it is what the moment is about, or its first words with dots that say that they go on.
struct TitleMaker {
    static let lettersMax = 60
    static let termsMax = 3
    static let openingWordsMin = 3

    let language: String
    private var taken: Set<String> = []

    init(language: String) {
        self.language = language
    }

    private var isEnglish: Bool { LanguageTag.primary(language) == "en" }

    /// A title that no earlier moment has.
    mutating func title(of sentences: [String], startMs: Int) -> String {
        var options: [(text: String, points: Double, place: Int)] = []
        for (place, sentence) in sentences.enumerated() {
            let clauses = TitleClauses(sentence, isEnglish: isEnglish).options
            for clause in clauses where clause.count <= Self.lettersMax {
                let points = TitleScoring.points(
                    clause,
                    place: place,
                    of: sentences.count,
                    isEnglish: isEnglish
                )
                options.append((clause, points, place))
            }
        }
        options.sort { ($1.points, $0.place, $0.text) < ($0.points, $1.place, $1.text) }
        let best = options.first {
            $0.points >= TitleScoring.pointsMin && !taken.contains($0.text.lowercased())
        }
        let title = best?.text ?? topic(of: sentences) ?? opening(of: sentences) ?? Self.timeTitle(startMs)
        taken.insert(title.lowercased())
        return title
    }

    /// What the moment is about, where no clause of it can stand alone: `Kubernetes, Dagger and Docker`.
    private func topic(of sentences: [String]) -> String? {
        var counts: [(term: String, count: Int)] = []
        for name in sentences.flatMap(names) {
            if let known = counts.firstIndex(where: { $0.term == name }) {
                counts[known].count += 1
            } else {
                counts.append((name, 1))
            }
        }
        let terms = counts.enumerated().sorted {
            ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
        }
        .prefix(Self.termsMax).map(\.element.term)
        guard terms.count >= 2, let last = terms.last else { return nil }
        let joined = terms.dropLast().joined(separator: ", ") + (isEnglish ? " and " : ", ") + last
        return joined.count <= Self.lettersMax && !taken.contains(joined.lowercased()) ? joined : nil
    }

    /// The moment's first words: `How much more praise deserved thy beauty's use…`.
    private func opening(of sentences: [String]) -> String? {
        var words: [String] = []
        for word in (sentences.first ?? "").split(separator: " ").map(String.init) {
            guard (words + [word]).joined(separator: " ").count < Self.lettersMax else { break }
            words.append(word)
        }
        // The last comma is a better end than the last word that fits.
        if let comma = words.lastIndex(where: { $0.hasSuffix(",") }), comma + 1 >= Self.openingWordsMin + 1 {
            words.removeSubrange((comma + 1)...)
        }
        while isEnglish, let last = words.last, ClauseGrammar.isBadEnding(WordForm.normalised(last)) {
            words.removeLast()
        }
        guard words.count >= Self.openingWordsMin else { return nil }
        let text = words.joined(separator: " ").reversed().drop { !$0.isLetter && !$0.isNumber }.reversed()
        let title = String(text).prefix(1).uppercased() + String(text).dropFirst() + "…"
        return taken.contains(title.lowercased()) ? nil : title
    }

    /// Names in order; words with capitals that stand together are one name.
    private func names(in sentence: String) -> [String] {
        var names: [[String]] = []
        var isOpen = false
        for (index, word) in sentence.split(separator: " ").enumerated() {
            let bare = String(
                word.trimmingPrefix { !$0.isLetter }.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            )
            guard WordForm.isName(String(word), startsSentence: index == 0) else {
                isOpen = false
                continue
            }
            if isOpen {
                names[names.count - 1].append(bare)
            } else {
                names.append([bare])
            }
            isOpen = word.last?.isLetter ?? false
        }
        return names.map { $0.joined(separator: " ") }
    }

    private static func timeTitle(_ startMs: Int) -> String {
        let seconds = startMs / 1_000
        let rest = seconds % 60
        return "Moment at \(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}

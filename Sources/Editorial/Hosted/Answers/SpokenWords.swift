import Contracts

/// What was said, to tell whether a text names anything else.
///
/// A name is told by its capital, a number by its digits; what neither has is style, and free.
struct SpokenWords {
    private let forms: Set<String>
    /// The first letters of the forms, to find others of one word: "bakeries" where "bakery" was said.
    private let stems: [String: [String]]
    private let isEnglish: Bool

    static let stemLetters = 4
    private static let stemShareMin = 0.6

    init(_ words: some Sequence<String>, language: String) {
        let plain = words.flatMap(Self.parts).map(Self.plain).filter { !$0.isEmpty }
        // "git hub" was said where a title writes "GitHub".
        let pairs = zip(plain, plain.dropFirst()).map { $0 + $1 }
        forms = Set(plain + pairs)
        stems = Dictionary(grouping: forms.filter { $0.count >= Self.stemLetters }) {
            String($0.prefix(Self.stemLetters))
        }
        isEnglish = LanguageTag.primary(language) == "en"
    }

    /// The names and numbers of a text that nobody said; `isLine` where the text is one phrase, such as a title.
    func unsaid(in text: String, isLine: Bool) -> [String] {
        var found: [String] = []
        var startsSentence = true
        for word in text.split(whereSeparator: \.isWhitespace).map(String.init) {
            for (index, part) in Self.parts(word).enumerated() {
                let isFirst = startsSentence && index == 0
                if isClaim(part, isFirst: isFirst, isLine: isLine), !isSaid(part) {
                    found.append(Self.bare(part))
                }
            }
            if word.contains(where: { $0.isLetter || $0.isNumber }) {
                startsSentence = word.last.map { ".!?…:\"“”„»)".contains($0) } ?? false
            }
        }
        return found
    }

    /// Whether exactly this was said: words that are merely akin to it, or its digits alone, do not count.
    func isSaidAsWritten(_ word: String) -> Bool { forms.contains(Self.plain(word)) }

    func isSaid(_ part: String) -> Bool {
        let form = Self.plain(part)
        if forms.contains(form) { return true }
        if form.contains(where: \.isNumber) {
            let digits = form.filter(\.isNumber)
            return forms.contains(digits) || Self.names(of: digits).contains(where: forms.contains)
        }
        return stems[String(form.prefix(Self.stemLetters))]?.contains { Self.areAkin($0, form) } ?? false
    }

    /// Whether a part of a word claims that somebody or something was named.
    private func isClaim(_ part: String, isFirst: Bool, isLine: Bool) -> Bool {
        let letters = part.filter(\.isLetter)
        if part.contains(where: \.isNumber) { return true }
        guard letters.count >= 2 else { return false }
        if letters.dropFirst().contains(where: \.isUppercase) { return true }
        guard letters.first?.isUppercase == true else { return false }
        guard isFirst else { return !WordForm.normalised(part).hasPrefix("i'") }
        // Any word may open a phrase; of a title it must be one of the language's, or have been said.
        return isLine && isEnglish && !Self.openers.contains(WordForm.normalised(part))
    }

    private static func areAkin(_ said: String, _ written: String) -> Bool {
        let common = zip(said, written).prefix { $0 == $1 }.count
        return Double(common) >= stemShareMin * Double(max(said.count, written.count))
    }

    /// "AI-driven" has two parts, "it's" has one.
    private static func parts(_ word: String) -> [String] {
        word.split { "-–—/".contains($0) || $0.isWhitespace }
            .map { String($0).replacing("’", with: "'") }
            .map { $0.hasSuffix("'s") ? String($0.dropLast(2)) : $0 }
            .filter { $0.contains { $0.isLetter || $0.isNumber } }
    }

    private static func bare(_ part: String) -> String {
        let isEdge = { (character: Character) in !character.isLetter && !character.isNumber }
        return String(part.drop(while: isEdge).reversed().drop(while: isEdge).reversed())
    }

    private static func plain(_ part: String) -> String {
        part.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    private static func names(of digits: String) -> [String] {
        numberNames.filter { $0.value == digits }.map(\.key)
    }

    private static let numberNames: [String: String] = {
        let small = """
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
            seventeen eighteen nineteen twenty
            """
        var names: [String: String] = [:]
        for (value, name) in small.split(separator: " ").enumerated() { names[String(name)] = "\(value)" }
        for (index, name) in "thirty forty fifty sixty seventy eighty ninety hundred".split(separator: " ")
            .enumerated()
        {
            names[String(name)] = "\(index * 10 + 30)"
        }
        names["thousand"] = "1000"
        return names
    }()

    private static let openers = Lexicon.stopwords.union(Lexicon.questionWords)
        .union(Lexicon.promises).union(Lexicon.strongOpeners).union(Lexicon.superlatives)
        .union(Lexicon.contrasts).union(Lexicon.numberWords).union(Lexicon.emotions)
        .union(ClauseGrammar.imperatives).union(ClauseGrammar.verbs)
}

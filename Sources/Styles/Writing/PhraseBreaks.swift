/// How well a line or a page may end between two words, by what they are.
enum PhraseBreaks {
    /// From the best to the worst.
    enum Strain: Int, Comparable {
        /// After punctuation.
        case none
        /// Before a word that begins a phrase, such as a preposition or a conjunction.
        case slight
        /// Between words that nothing is known of.
        case usual
        /// After a word that belongs to the next one.
        case hard

        static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
    }

    static func strain(between before: String, and after: String) -> Strain {
        if endsSentence(before) || endsClause(before) { return .none }
        if leansForward.contains(bare(before)) { return .hard }
        return beginsPhrase.contains(bare(after)) ? .slight : .usual
    }

    static func endsSentence(_ text: String) -> Bool {
        let bare = text.drop { $0 == "(" }.reversed().drop { "\"'”’)]」』）".contains($0) }
        return bare.first.map { ".?!…。？！｡؟۔।॥".contains($0) } ?? false
    }

    static func endsClause(_ text: String) -> Bool {
        text.last.map { ",;:—–-、，；：،؛".contains($0) } ?? false
    }

    private static func bare(_ text: String) -> String {
        String(text.lowercased().drop { !$0.isLetter && !$0.isNumber })
    }

    /// Words that belong to the next one: English ones, and articles and prepositions of its neighbours.
    private static let leansForward: Set<String> = [
        "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "with", "from", "and", "or", "but", "my",
        "your", "his", "her", "its", "our", "their", "is", "are", "was", "were", "be", "i", "we", "you",
        "they",
        "he", "she", "it", "this", "that", "if", "as", "not", "very", "so", "i'm", "it's", "that's", "don't",
        "can",
        "will", "into", "about", "because", "than", "no", "every", "these", "those",
        "el", "la", "los", "las", "un", "una", "de", "del", "en", "con", "por", "para", "y", "le", "les",
        "des",
        "du", "une", "et", "dans", "pour", "avec", "der", "die", "das", "ein", "eine", "und", "oder", "mit",
        "von", "zu", "im", "il", "lo", "gli", "di", "da", "per", "e", "o", "os", "um", "uma", "em", "com",
    ]

    /// Conjunctions, prepositions and relative words, before which a reader draws breath.
    private static let beginsPhrase: Set<String> = [
        "and", "or", "but", "because", "that", "which", "who", "when", "where", "while", "if", "so", "than",
        "then", "after", "before", "until", "since", "though", "although", "with", "without", "for", "from",
        "to", "of", "in", "into", "on", "at", "by", "about", "over", "under", "between", "through", "like",
        "as",
        "y", "o", "pero", "porque", "que", "cuando", "con", "sin", "por", "para", "en", "et", "ou", "mais",
        "parce", "qui", "quand", "avec", "sans", "pour", "dans", "sur", "und", "oder", "aber", "weil", "dass",
        "wenn", "mit", "ohne", "von", "zu", "e", "ma", "perché", "che", "per", "mas", "quando", "com", "sem",
    ]
}

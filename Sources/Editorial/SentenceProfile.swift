import Contracts

/// One sentence, with all that scoring asks of it.
struct SentenceProfile: Sendable {
    let firstWord: Int
    let lastWord: Int
    /// Where a clip that opens on this sentence is cut, and one that ends on it.
    let cut: TimeRange
    let text: String
    /// Normalised words, the empty ones left out.
    let forms: [String]
    let speaker: String?
    let pauseBeforeMs: Int
    let pauseAfterMs: Int
    let tally: Tally
    var startsTurn = true
    var endsTurn = true
    var startsTopic = false

    var isQuestion: Bool { text.last == "?" || text.hasSuffix("?\"") || text.hasSuffix("?”") }

    /// Says no more than that somebody listens.
    var isBackchannel: Bool {
        forms.count <= 4
            && forms.allSatisfy { Lexicon.backchannels.contains($0) || Lexicon.fillers.contains($0) }
    }

    /// A quotation that began in an earlier sentence ends here, or one that begins here ends later.
    var opensInQuote: Bool { quoteMarks % 2 == 1 && !startsWithQuote }
    var endsInQuote: Bool { quoteMarks % 2 == 1 && startsWithQuote }

    private var quoteMarks: Int { text.count { "\"“”".contains($0) } }

    /// Whether the odd mark opens: it stands before a word, not after one.
    private var startsWithQuote: Bool {
        guard let mark = text.lastIndex(where: { "\"“”".contains($0) }) else { return false }
        let next = text.index(after: mark)
        return next < text.endIndex && (text[next].isLetter || text[next].isNumber)
    }

    var trailsOff: Bool {
        let bare = text.reversed().drop { "\"'”’) ".contains($0) }
        return bare.starts(with: "...") || bare.first.map { "…-–—,".contains($0) } ?? true
    }

    var endsCleanly: Bool {
        let bare = text.reversed().drop { "\"'”’)]".contains($0) }
        return !trailsOff && (bare.first.map { ".!?。！？".contains($0) } ?? false)
    }
}

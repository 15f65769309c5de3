/// The whole clauses that a sentence offers as titles.
struct TitleClauses {
    /// Sentences with more clauses than this are no place to look for a title.
    static let piecesMax = 12

    let options: [String]

    init(_ sentence: String, isEnglish: Bool) {
        let pieces = Self.pieces(of: sentence, isEnglish: isEnglish)
        guard isEnglish else {
            // Without a grammar of the language only a whole sentence is safe.
            options = pieces.contains(where: \.isCutOff) ? [] : [Self.finished(pieces)].compactMap(\.self)
            return
        }
        var options: [String] = []
        for first in pieces.indices.prefix(Self.piecesMax) {
            for last in first..<min(pieces.count, first + Self.piecesMax) {
                let run = Self.trimmed(Array(pieces[first...last]))
                guard
                    ClauseGrammar.stands(run, isWholeStart: first == 0, isWholeEnd: last == pieces.count - 1),
                    let text = Self.finished(run)
                else { continue }
                options.append(text)
            }
        }
        self.options = options
    }

    private static let quote = "\""

    /// A stretch of words between two borders of clauses.
    struct Piece {
        var words: [String]
        /// The mark that closes it: `,`, `.`, `?`, or empty before a conjunction.
        var mark: String
        /// The speaker broke off.
        var isCutOff = false

        var forms: [String] { words.map(WordForm.normalised) }
    }

    private static func pieces(of sentence: String, isEnglish: Bool) -> [Piece] {
        var pieces: [Piece] = []
        var words: [String] = []
        func close(_ mark: String, isCutOff: Bool = false) {
            if !words.isEmpty { pieces.append(Piece(words: words, mark: mark, isCutOff: isCutOff)) }
            words = []
        }
        for token in spoken(sentence) {
            let form = WordForm.normalised(token)
            if form.isEmpty {
                // A dash is where speakers break off as often as where a clause ends.
                if token.contains(where: { "-–—".contains($0) }) { close("—", isCutOff: true) }
                if token == quote { close(":") }
                continue
            }
            if isEnglish, !words.isEmpty, ClauseGrammar.clauseOpeners.contains(form) { close("") }
            let isCut =
                token.hasSuffix("...") || token.hasSuffix("…") || token.hasSuffix("-") || token.hasSuffix("—")
            let bare = String(token.reversed().drop { ",;:.…-–—".contains($0) }.reversed())
            words.append(bare)
            switch token.reversed().first(where: { !"\"'”’)".contains($0) }) {
            case _ where isCut: close("…", isCutOff: true)
            case ",", ";": close(",")
            case ":": close(":")
            case "?": close("?")
            case "!": close("!")
            default: break
            }
        }
        close("")
        return pieces
    }

    /// Words as they were said, without stage directions such as `[laughter]`.
    private static func spoken(_ sentence: String) -> [String] {
        var depth = 0
        var text = ""
        for character in sentence {
            if "[(<".contains(character) { depth += 1 }
            if depth == 0 { text += "\"“”".contains(character) ? " \(quote) " : String(character) }
            if "])>".contains(character) { depth = max(0, depth - 1) }
        }
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Takes fillers and conjunctions off the front, and tags such as "right?" off the end.
    private static func trimmed(_ pieces: [Piece]) -> [Piece] {
        var run = pieces
        while let last = run.last, run.count > 1, ClauseGrammar.isTag(last.forms) {
            run.removeLast()
            run[run.count - 1].mark = "."
        }
        while let first = run.first, run.count > 1, ClauseGrammar.isLeadIn(first.forms) { run.removeFirst() }
        while let first = run.first, first.words.count > 2 {
            let count = ClauseGrammar.leadInWords(first.forms)
            guard count > 0 else { break }
            run[0].words.removeFirst(count)
        }
        // "..., you know, ..." in the middle adds nothing either.
        return run.enumerated().filter { $0.offset == 0 || !ClauseGrammar.isLeadIn($0.element.forms) }.map(
            \.element
        )
    }

    private static func finished(_ pieces: [Piece]) -> String? {
        guard let last = pieces.last else { return nil }
        var text = ""
        for (index, piece) in pieces.enumerated() {
            text += piece.words.joined(separator: " ")
            if index + 1 < pieces.count { text += (piece.mark == "—" ? " —" : piece.mark) + " " }
        }
        if last.mark == "?" || last.mark == "!" { text = text.trimmingMarks() + last.mark }
        text = text.trimmingMarks(keeping: "?!")
        guard let first = text.first else { return nil }
        return first.uppercased() + text.dropFirst()
    }
}

extension String {
    fileprivate func trimmingMarks(keeping kept: String = "") -> String {
        let marks = " ,;:.…-–—?!".filter { !kept.contains($0) }
        return String(drop { " ,;:.…-–—?!".contains($0) }.reversed().drop { marks.contains($0) }.reversed())
    }
}

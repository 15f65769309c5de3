import Contracts

/// What a player shows at once of a caption file: one or two lines of what is said.
struct CaptionCue: Sendable, Hashable {
    var startMs: Int
    var endMs: Int
    var lines: [String]
}

/// Sets the words of a short as the cues of a caption file: longer than the pages that are drawn into the picture.
struct CaptionCues: Sendable {
    static let linesMax = 2
    /// Wide letters count for two.
    static let lettersPerLineMax = 42
    static let durationMsMax = 7_000
    /// A shorter cue cannot be read; it stays longer where nothing follows, or takes the next one in.
    static let durationMsMin = 1_000
    private static var lettersMax: Int { linesMax * lettersPerLineMax }

    /// The time of the finished short.
    let durationMs: Int

    func cues(_ pages: [CaptionPage]) -> [CaptionCue] {
        let cues = joined(CaptionPaginator.phrases(pages.flatMap(\.words)).flatMap(split))
        return cues.enumerated().map { index, words in
            let (start, spoken) = (words[0].startMs, words[words.count - 1].endMs)
            let next = index + 1 < cues.count ? cues[index + 1][0].startMs : durationMs
            let wanted = max(spoken + CaptionPaginator.holdMs, start + Self.durationMsMin)
            return CaptionCue(
                startMs: start,
                endMs: max(start + 1, min(wanted, max(next, spoken), durationMs)),
                lines: lines(words)
            )
        }
    }

    /// Parts of about equal length that fit, cut at clauses where one ends nearby.
    private func split(_ words: [CaptionPage.Word]) -> [[CaptionPage.Word]] {
        let letters = Self.letters(words)
        let lasts = words[words.count - 1].endMs - words[0].startMs
        let count = max(
            (letters + Self.lettersMax - 1) / Self.lettersMax,
            (lasts + Self.durationMsMax - 1) / Self.durationMsMax
        )
        guard count > 1, words.count > 1, !fits(words) else { return [words] }
        let target = letters / count
        var parts: [[CaptionPage.Word]] = []
        var part: [CaptionPage.Word] = []
        for word in words {
            let mayBreak = part.last.map { LineBreaks.isAllowed(between: $0.text, and: word.text) } ?? false
            if mayBreak {
                let isClause = part.last.map { PhraseBreaks.endsClause($0.text) } ?? false
                let isEnough = Self.letters(part) >= (isClause ? target * 3 / 4 : target)
                if isEnough || !fits(part + [word]) {
                    parts.append(part)
                    part = []
                }
            }
            part.append(word)
        }
        return parts + [part]
    }

    private func fits(_ words: [CaptionPage.Word]) -> Bool {
        words[words.count - 1].endMs - words[0].startMs <= Self.durationMsMax
            && lines(words).allSatisfy { LineBreaks.letters($0) <= Self.lettersPerLineMax }
    }

    /// What would flash by goes together with what follows it.
    private func joined(_ cues: [[CaptionPage.Word]]) -> [[CaptionPage.Word]] {
        var joined: [[CaptionPage.Word]] = []
        for words in cues {
            if let last = joined.last, let end = last.last?.endMs,
                end - last[0].startMs < Self.durationMsMin,
                words[0].startMs - end <= CaptionPaginator.breakGapMs, fits(last + words)
            {
                joined[joined.count - 1] += words
            } else {
                joined.append(words)
            }
        }
        return joined
    }

    /// One line where it fits, else two of about the same length.
    private func lines(_ words: [CaptionPage.Word]) -> [String] {
        let whole = Self.text(words)
        guard LineBreaks.letters(whole) > Self.lettersPerLineMax else { return [whole] }
        let cuts = words.indices.dropFirst().filter {
            LineBreaks.isAllowed(between: words[$0 - 1].text, and: words[$0].text)
        }
        let halves = cuts.map { [Self.text(Array(words[..<$0])), Self.text(Array(words[$0...]))] }
        func longest(_ lines: [String]) -> Int { lines.map(LineBreaks.letters).max() ?? 0 }
        return halves.min { longest($0) < longest($1) } ?? [whole]
    }

    private static func letters(_ words: [CaptionPage.Word]) -> Int { LineBreaks.letters(text(words)) }

    private static func text(_ words: [CaptionPage.Word]) -> String {
        words.reduce(into: "") { text, word in
            if LineBreaks.needsSpace(text, word.text) { text += " " }
            text += word.text
        }
    }
}

import Contracts

/// Cuts spoken words into caption pages: at sentence ends and pauses always, at commas and before phrases by preference.
struct CaptionPaginator {
    /// A pause after which the next word starts a new page.
    static let breakGapMs = 600
    /// A page stays until the next one when the gap between them is at most this, so that captions don't flicker.
    static let bridgeGapMs = 700
    /// How long a page stays after its last word when nothing follows soon.
    static let holdMs = 350
    static let lettersPerPageMax = 30
    /// A word with spaces around it, in tenths: without spaces so many letters take the place of a word.
    private static let wordTenths = 10
    private static let unspacedLetterTenths = 2

    let wordsPerPageMax: Int

    /// Pages over words in clip time; the words are in order and don't overlap.
    func pages(_ words: [CaptionPage.Word], durationMs: Int) -> [CaptionPage] {
        Self.timed(Self.phrases(words).flatMap(split), durationMs: durationMs)
    }

    /// Pages of these words: each stays until the next one, or for a moment after its last word.
    static func timed(_ pages: [[CaptionPage.Word]], durationMs: Int) -> [CaptionPage] {
        pages.enumerated().map { index, words in
            let next = index + 1 < pages.count ? pages[index + 1][0].startMs : nil
            let spoken = words[words.count - 1].endMs
            let end =
                if let next, next - spoken <= bridgeGapMs {
                    max(next, spoken)
                } else {
                    min(spoken + holdMs, next ?? durationMs, durationMs)
                }
            return CaptionPage(startMs: words[0].startMs, endMs: end, words: words)
        }
    }

    /// Words cut at sentence ends and pauses.
    static func phrases(_ words: [CaptionPage.Word]) -> [[CaptionPage.Word]] {
        var phrases: [[CaptionPage.Word]] = []
        for (index, word) in words.enumerated() {
            let isBreak =
                index == 0 || PhraseBreaks.endsSentence(words[index - 1].text)
                || word.startMs - words[index - 1].endMs > breakGapMs
            if isBreak {
                phrases.append([word])
            } else {
                phrases[phrases.count - 1].append(word)
            }
        }
        return phrases
    }

    /// The cheapest way to cut a phrase, by dynamic programming over where a page ends.
    private func split(_ words: [CaptionPage.Word]) -> [[CaptionPage.Word]] {
        var best: [(cost: Int, start: Int)] = [(0, 0)]
        for end in 1...words.count {
            var first = end - 1
            var tenths = Self.tenths(words[first].text)
            while first > 0 {
                tenths += Self.tenths(words[first - 1].text)
                guard tenths <= Self.wordTenths * wordsPerPageMax else { break }
                first -= 1
            }
            let starts = first..<end
            let options = starts.map { start in (best[start].cost + cost(words, start..<end), start) }
            best.append(options.min { $0.0 < $1.0 } ?? (0, 0))
        }
        var pages: [[CaptionPage.Word]] = []
        var end = words.count
        while end > 0 {
            let start = best[end].start
            pages.append(Array(words[start..<end]))
            end = start
        }
        return pages.reversed()
    }

    private func cost(_ words: [CaptionPage.Word], _ range: Range<Int>) -> Int {
        let isEnd = range.upperBound == words.count
        let letters = words[range].reduce(range.count - 1) { $0 + LineBreaks.letters($1.text) }
        let tenths = words[range].reduce(0) { $0 + Self.tenths($1.text) }
        var cost = 100 + 40 * max(0, letters - Self.lettersPerPageMax)
        // A lone word flashes by.
        if tenths <= Self.wordTenths && range.count < words.count { cost += 90 }
        if LineBreaks.forbidsStart(words[range.lowerBound].text) { cost += 200 }
        let inner = words[range].dropLast()
        cost += 60 * inner.count { PhraseBreaks.endsClause($0.text) }
        if !isEnd {
            let last = words[range.upperBound - 1].text
            cost += Self.cost(of: PhraseBreaks.strain(between: last, and: words[range.upperBound].text))
        }
        let difference = Self.wordTenths * wordsPerPageMax - tenths
        return cost + 4 * difference * difference / (Self.wordTenths * Self.wordTenths)
    }

    /// What a word takes of a page; Chinese and the like are counted by their letters.
    private static func tenths(_ text: String) -> Int {
        guard text.contains(where: WritingSystem.isUnspaced) else { return wordTenths }
        return unspacedLetterTenths * LineBreaks.letters(text)
    }

    private static func cost(of strain: PhraseBreaks.Strain) -> Int {
        switch strain {
        case .none: 0
        case .slight: 4
        case .usual: 14
        case .hard: 45
        }
    }
}

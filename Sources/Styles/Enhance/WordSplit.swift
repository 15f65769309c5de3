import Contracts

/// Cuts words that are whole phrases, as recognisers give them for Chinese and Japanese.
enum WordSplit {
    static let charactersMax = 6

    /// The word in parts of about equal length, each with its share of the word's time.
    static func parts(of word: CaptionPage.Word) -> [CaptionPage.Word] {
        let pieces = LineBreaks.pieces(word.text)
        let length = word.text.count
        let lastsFor = (word.endMs - word.startMs) / EnhancementBuilder.wordDurationMsMin
        let count = min((length + charactersMax - 1) / charactersMax, pieces.count, lastsFor)
        guard pieces.count > 1, count > 1 else { return [word] }
        var parts: [CaptionPage.Word] = []
        var written = 0
        var next = ""
        for piece in pieces {
            next += piece
            written += piece.count
            let isEnough = written * count >= (parts.count + 1) * length
            guard isEnough, parts.count < count - 1 || written == length else { continue }
            let start = parts.last?.endMs ?? word.startMs
            let end = word.startMs + (word.endMs - word.startMs) * written / length
            parts.append(.init(text: next, startMs: start, endMs: end, emphasised: word.emphasised))
            next = ""
        }
        return parts
    }
}

import Contracts
import Providers

extension HeardTranscript {
    /// How far behind the end of the sound a word may be told to end.
    private static let overrunMsMax = 2_000
    /// Longest piece without a space that can be a word; see `TranscriptIntake`.
    private static let wordLengthMax = 100

    /// The words as `TranscriptIntake` takes them, and how many had to be repaired or left out for that.
    ///
    /// Providers tell words of two channels or of two speakers at once out of order, and a last word that ends a
    /// little behind the sound; neither makes what they heard worthless.
    func provided(language: String, durationMs: Int) -> (transcript: ProvidedTranscript, repairs: Int) {
        var repairs = 0
        var kept: [ProvidedTranscript.Word] = []
        kept.reserveCapacity(words.count)
        for word in words {
            let text = Self.plain(word.text)
            guard !text.isEmpty, text.unicodeScalars.count <= Self.wordLengthMax, word.startMs >= 0,
                word.endMs >= word.startMs, word.startMs <= durationMs,
                word.endMs <= durationMs + Self.overrunMsMax
            else {
                repairs += 1
                continue
            }
            if word.endMs > durationMs || text != word.text { repairs += 1 }
            kept.append(
                ProvidedTranscript.Word(
                    text: text,
                    startMs: word.startMs,
                    endMs: min(word.endMs, durationMs),
                    confidence: word.confidence.map { $0.isFinite ? min(max($0, 0), 1) : 0 },
                    speaker: word.speaker.map(Self.plain).flatMap {
                        $0.isEmpty ? nil : String($0.prefix(100))
                    }
                )
            )
        }
        // Stable, so that words that start together stay as they were told.
        let ordered = kept.enumerated().sorted {
            ($0.element.startMs ?? 0, $0.offset) < ($1.element.startMs ?? 0, $1.offset)
        }
        repairs += ordered.enumerated().count { $0.offset != $0.element.offset }
        return (ProvidedTranscript(language: language, words: ordered.map(\.element)), repairs)
    }

    /// Without control characters and outer whitespace.
    private static func plain(_ text: String) -> String {
        let visible = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        let plain = String(String.UnicodeScalarView(visible))
        return String(plain.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

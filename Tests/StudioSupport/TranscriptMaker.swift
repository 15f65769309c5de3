package import Contracts

/// Builds transcripts from text, with times as speech gives them.
package enum TranscriptMaker {
    private static let gapMs = 60
    private static let pauseMs = 420

    /// Sentences with their speakers; a word takes 60 ms a letter and 120 ms more.
    package static func transcript(
        _ lines: [(speaker: String, text: String)],
        language: String = "en"
    ) -> Transcript {
        var words: [Transcript.Word] = []
        var sentences: [Transcript.Sentence] = []
        var clock = 500
        for line in lines {
            let first = words.count
            for text in line.text.split(separator: " ").map(String.init) {
                let end = clock + 120 + 60 * text.count
                words.append(
                    .init(text: text, startMs: clock, endMs: end, confidence: 0.95, speaker: line.speaker)
                )
                clock = end + gapMs
            }
            sentences.append(
                .init(
                    firstWord: first,
                    lastWord: words.count - 1,
                    startMs: words[first].startMs,
                    endMs: words[words.count - 1].endMs,
                    text: line.text,
                    speaker: line.speaker
                )
            )
            clock += pauseMs
        }
        return Transcript(
            language: language,
            model: "test",
            durationMs: clock,
            words: words,
            sentences: sentences,
            warnings: []
        )
    }
}

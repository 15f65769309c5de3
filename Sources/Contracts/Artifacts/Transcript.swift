/// Artifact `transcript`: words and sentences of the whole source, in order of time.
package struct Transcript: Codable, Sendable, Hashable {
    package struct Word: Codable, Sendable, Hashable {
        /// The word with the punctuation that follows it.
        package var text: String
        package var startMs: Int
        package var endMs: Int
        /// 0 to 1.
        package var confidence: Double
        package var speaker: String?

        package init(text: String, startMs: Int, endMs: Int, confidence: Double, speaker: String? = nil) {
            self.text = text
            self.startMs = startMs
            self.endMs = endMs
            self.confidence = confidence
            self.speaker = speaker
        }
    }

    /// A sentence as a range of words, last included.
    package struct Sentence: Codable, Sendable, Hashable {
        package var firstWord: Int
        package var lastWord: Int
        package var startMs: Int
        package var endMs: Int
        package var text: String
        package var speaker: String?

        package init(
            firstWord: Int,
            lastWord: Int,
            startMs: Int,
            endMs: Int,
            text: String,
            speaker: String? = nil
        ) {
            self.firstWord = firstWord
            self.lastWord = lastWord
            self.startMs = startMs
            self.endMs = endMs
            self.text = text
            self.speaker = speaker
        }
    }

    package var version = 1
    /// BCP 47 tag, given or detected.
    package var language: String
    /// Provider and model, as `embedded/whisper-base-int8`.
    package var model: String
    package var durationMs: Int
    package var words: [Word]
    package var sentences: [Sentence]
    package var warnings: [Warning]

    package init(
        language: String,
        model: String,
        durationMs: Int,
        words: [Word],
        sentences: [Sentence],
        warnings: [Warning]
    ) {
        self.language = language
        self.model = model
        self.durationMs = durationMs
        self.words = words
        self.sentences = sentences
        self.warnings = warnings
    }
}

/// A transcript as a client brings it: the artifact `transcript`, of which much may be left out.
package struct ProvidedTranscript: Codable, Sendable, Hashable {
    package struct Word: Codable, Sendable, Hashable {
        package var text: String
        /// Both times or none.
        package var startMs: Int?
        package var endMs: Int?
        package var confidence: Double?
        package var speaker: String?

        package init(
            text: String,
            startMs: Int? = nil,
            endMs: Int? = nil,
            confidence: Double? = nil,
            speaker: String? = nil
        ) {
            self.text = text
            self.startMs = startMs
            self.endMs = endMs
            self.confidence = confidence
            self.speaker = speaker
        }
    }

    /// A range of the words, or, where there are no words, a text with its times.
    package struct Sentence: Codable, Sendable, Hashable {
        package var firstWord: Int?
        package var lastWord: Int?
        package var startMs: Int?
        package var endMs: Int?
        package var text: String?
        package var speaker: String?

        package init(
            firstWord: Int? = nil,
            lastWord: Int? = nil,
            startMs: Int? = nil,
            endMs: Int? = nil,
            text: String? = nil,
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

    package var language: String?
    package var words: [Word]?
    package var sentences: [Sentence]?
    /// Whether the sentences are cues of subtitles, which break where a line is full.
    package var isCues: Bool?

    package init(
        language: String? = nil,
        words: [Word]? = nil,
        sentences: [Sentence]? = nil,
        isCues: Bool? = nil
    ) {
        self.language = language
        self.words = words
        self.sentences = sentences
        self.isCues = isCues
    }
}

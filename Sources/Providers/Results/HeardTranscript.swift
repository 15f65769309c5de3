package import Contracts

/// Words as a provider heard them: times in milliseconds, punctuation attached to the word before it.
package struct HeardTranscript: Sendable, Hashable {
    /// BCP 47, where the provider named it.
    package var language: String?
    package var durationMs: Int?
    package var words: [HeardWord]
    /// What the provider says it was heard by.
    package var model: String
    package var warnings: [Warning]

    package init(
        language: String? = nil,
        durationMs: Int? = nil,
        words: [HeardWord],
        model: String,
        warnings: [Warning] = []
    ) {
        self.language = language
        self.durationMs = durationMs
        self.words = words
        self.model = model
        self.warnings = warnings
    }
}

/// One word, with its speaker as the provider labels them.
package struct HeardWord: Sendable, Hashable {
    package var text: String
    package var startMs: Int
    package var endMs: Int
    /// 0 to 1.
    package var confidence: Double?
    package var speaker: String?

    package init(
        text: String,
        startMs: Int,
        endMs: Int,
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

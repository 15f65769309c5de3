package import Contracts

/// What was said in an audio file, word by word.
package struct RecognizedSpeech: Sendable, Hashable {
    package struct Word: Sendable, Hashable {
        /// The word with the punctuation that follows it, without white space.
        package var text: String
        package var startMs: Int
        package var endMs: Int
        /// 0 to 1.
        package var confidence: Double

        package init(text: String, startMs: Int, endMs: Int, confidence: Double) {
            self.text = text
            self.startMs = startMs
            self.endMs = endMs
            self.confidence = confidence
        }
    }

    /// The tag given, or the one detected.
    package var language: String
    /// Empty when nobody speaks.
    package var words: [Word]
    /// How the voices sound, in order of time; empty without a voice model.
    package var voices: [VoiceWindow]
    package var model: String
    package var durationMs: Int
    package var warnings: [Warning]

    package init(
        language: String,
        words: [Word],
        voices: [VoiceWindow] = [],
        model: String,
        durationMs: Int,
        warnings: [Warning] = []
    ) {
        self.language = language
        self.words = words
        self.voices = voices
        self.model = model
        self.durationMs = durationMs
        self.warnings = warnings
    }
}

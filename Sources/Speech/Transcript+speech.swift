package import Contracts

extension Transcript {
    /// The transcript of recognised speech: its words, and the sentences that they make.
    package init(_ speech: RecognizedSpeech) {
        let splitter = SentenceSplitter(language: speech.language)
        self.init(
            language: speech.language,
            model: speech.model,
            durationMs: speech.durationMs,
            words: speech.words.map {
                Word(text: $0.text, startMs: $0.startMs, endMs: $0.endMs, confidence: $0.confidence)
            },
            sentences: splitter.sentences(speech.words).map { range in
                Sentence(
                    firstWord: range.lowerBound,
                    lastWord: range.upperBound,
                    startMs: speech.words[range.lowerBound].startMs,
                    endMs: speech.words[range.upperBound].endMs,
                    text: splitter.text(speech.words[range])
                )
            },
            warnings: speech.warnings
        )
    }
}

package import Contracts

extension Transcript {
    /// The transcript of recognised speech: its words, the sentences that they make, and who speaks them.
    package init(_ speech: RecognizedSpeech) {
        let splitter = SentenceSplitter(language: speech.language)
        let ranges = splitter.sentences(speech.words)
        let speakers = SpeakerGrouping().speakers(
            sentencesMs: ranges.map {
                speech.words[$0.lowerBound].startMs..<speech.words[$0.upperBound].endMs
            },
            voices: speech.voices
        )
        var words = speech.words.map {
            Word(text: $0.text, startMs: $0.startMs, endMs: $0.endMs, confidence: $0.confidence)
        }
        for (range, speaker) in zip(ranges, speakers) {
            for index in range { words[index].speaker = speaker }
        }
        self.init(
            language: speech.language,
            model: speech.model,
            durationMs: speech.durationMs,
            words: words,
            sentences: zip(ranges, speakers).map { range, speaker in
                Sentence(
                    firstWord: range.lowerBound,
                    lastWord: range.upperBound,
                    startMs: speech.words[range.lowerBound].startMs,
                    endMs: speech.words[range.upperBound].endMs,
                    text: splitter.text(speech.words[range]),
                    speaker: speaker
                )
            },
            warnings: speech.warnings
        )
    }
}

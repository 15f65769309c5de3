import Contracts

/// Reads what OpenAI's audio models answer, in each of their forms.
enum OpenAIAudioAnswers {
    /// What was heard in one piece, in the piece's own time.
    struct Heard: Sendable {
        var words: [HeardWord]
        var language: String?
        var warnings: [Warning]
    }

    private struct Answer: Decodable {
        struct Word: Decodable {
            var word: String
            var start: Double
            var end: Double
        }

        struct Segment: Decodable {
            var start: Double
            var end: Double
            var text: String
            var speaker: String?
        }

        var text: String
        var language: String?
        var words: [Word]?
        var segments: [Segment]?
    }

    private struct Trouble: Decodable {
        struct Detail: Decodable {
            var message: String?
            var type: String?
            var code: String?
        }

        var error: Detail
    }

    static let estimated = Warning(
        code: "word-times-estimated",
        detail:
            "The model gives no times of words: they were spread over the passages that they were heard in, so "
            + "cuts and captions may be early or late."
    )

    static func read(
        _ bytes: [UInt8],
        form: OpenAIAudioForm,
        lengthMs: Int
    ) throws(AnswerFault) -> Heard {
        let read = try AnswerJSON.decode(Answer.self, bytes)
        var collector = WordCollector()
        switch form {
        case .words:
            guard let words = read.words else {
                guard read.text.allSatisfy(\.isWhitespace) else {
                    throw AnswerFault("it has a text and no times of words")
                }
                break
            }
            var matcher = PunctuationMatcher(text: read.text)
            for word in words {
                try collector.add(
                    matcher.written(word.word),
                    startMs: within(word.start, lengthMs),
                    endMs: within(word.end, lengthMs)
                )
            }
        case .passages:
            for segment in read.segments ?? [] {
                let start = within(segment.start, lengthMs)
                let end = within(segment.end, lengthMs)
                try spread(segment.text, from: start, to: end, speaker: segment.speaker, into: &collector)
            }
        case .text: try spread(read.text, from: 0, to: Double(lengthMs), speaker: nil, into: &collector)
        }
        let heard = collector.finish(language: nil, durationMs: nil, model: "")
        return Heard(
            words: heard.words,
            language: WhisperLanguages.tag(read.language),
            warnings: heard.warnings
        )
    }

    static func words(_ bytes: [UInt8]) -> String? {
        guard let error = (try? AnswerJSON.decode(Trouble.self, bytes))?.error else { return nil }
        return ProviderWords.first([error.code, error.message].compactMap(\.self).joined(separator: ": "))
    }

    /// Whether the account has nothing left, which no waiting mends although the status says so.
    static func isOutOfQuota(_ bytes: [UInt8]) -> Bool {
        (try? AnswerJSON.decode(Trouble.self, bytes))?.error.code == "insufficient_quota"
    }

    /// Milliseconds, within the piece where they may well be meant so.
    private static func within(_ seconds: Double, _ lengthMs: Int) -> Double {
        let timeMs = seconds * 1_000
        return timeMs <= WordCollector.timeMsMax ? min(timeMs, Double(lengthMs)) : timeMs
    }

    /// Gives each word of a text its share of the time, by its length.
    private static func spread(
        _ text: String,
        from start: Double,
        to end: Double,
        speaker: String?,
        into collector: inout WordCollector
    ) throws(AnswerFault) {
        let texts = text.split(whereSeparator: \.isWhitespace)
        let total = Double(texts.reduce(0) { $0 + $1.count })
        var done = 0.0
        for text in texts {
            let from = start + (end - start) * done / total
            done += Double(text.count)
            let to = start + (end - start) * done / total
            try collector.add(String(text), startMs: from, endMs: to, speaker: speaker)
        }
    }
}

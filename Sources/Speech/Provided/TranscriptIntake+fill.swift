package import Contracts

extension TranscriptIntake {
    /// Name of the model of a transcript that nobody here made.
    package static let model = "provided"

    /// The whole transcript; only for one that `check` finds nothing wrong with.
    package func transcript(language: String, durationMs: Int) -> Transcript {
        let splitter = SentenceSplitter(language: language)
        var draft = Draft(isSpaced: !splitter.isUnspaced)
        draft.take(given)
        let ranges = draft.ranges ?? splitter.sentences(draft.words.map(Self.recognized))
        let names = SpeakerNames(draft.words.map(\.speaker))
        for index in draft.words.indices { draft.words[index].speaker = names[draft.words[index].speaker] }
        let words = draft.words
        return Transcript(
            language: language,
            model: Self.model,
            durationMs: durationMs,
            words: words,
            sentences: ranges.map { range in
                Transcript.Sentence(
                    firstWord: range.lowerBound,
                    lastWord: range.upperBound,
                    startMs: words[range.lowerBound].startMs,
                    endMs: words[range].map(\.endMs).max() ?? words[range.lowerBound].endMs,
                    text: splitter.text(words[range].map(Self.recognized)),
                    speaker: words[range.lowerBound].speaker
                )
            },
            warnings: draft.warnings
        )
    }

    private static func recognized(_ word: Transcript.Word) -> RecognizedSpeech.Word {
        RecognizedSpeech.Word(
            text: word.text,
            startMs: word.startMs,
            endMs: word.endMs,
            confidence: word.confidence
        )
    }
}

/// A transcript on its way to being whole.
private struct Draft {
    let isSpaced: Bool
    var words: [Transcript.Word] = []
    /// Nil where sentences have to be found.
    var ranges: [ClosedRange<Int>]?
    private var estimated = 0

    init(isSpaced: Bool) {
        self.isSpaced = isSpaced
    }

    var warnings: [Warning] {
        guard estimated > 0 else { return [] }
        let what = estimated == 1 ? "One word has no times" : "\(estimated) words have no times"
        return [
            Warning(
                code: "word-times-estimated",
                detail:
                    "\(what) of their own and were spread over their sentence or cue: cuts and captions may be "
                    + "a little early or late."
            )
        ]
    }

    mutating func take(_ given: ProvidedTranscript) {
        let sentences = given.sentences ?? []
        if let words = given.words, !words.isEmpty {
            take(words, sentences)
            return
        }
        var found: [ClosedRange<Int>] = []
        for (index, sentence) in sentences.enumerated() {
            guard let start = sentence.startMs, let end = sentence.endMs else { continue }
            // Where two speak at once, the words of the first are done when the second begins.
            let next = index + 1 < sentences.count ? sentences[index + 1].startMs : nil
            let until = next.map { $0 > start ? min(end, $0) : end } ?? end
            let first = words.count
            append(texts(of: sentence.text ?? ""), from: start, until: until, speaker: sentence.speaker)
            if words.count > first { found.append(first...(words.count - 1)) }
        }
        if given.isCues != true { ranges = found }
        keepOrder()
    }

    private mutating func take(
        _ given: [ProvidedTranscript.Word],
        _ sentences: [ProvidedTranscript.Sentence]
    ) {
        let asked = sentences.compactMap { sentence -> (ClosedRange<Int>, ProvidedTranscript.Sentence)? in
            guard let first = sentence.firstWord, let last = sentence.lastWord else { return nil }
            return (first...last, sentence)
        }
        let whole = ProvidedTranscript.Sentence()
        for (range, sentence) in asked.isEmpty ? [(0...(given.count - 1), whole)] : asked {
            var index = range.lowerBound
            while index <= range.upperBound {
                let word = given[index]
                let speaker = word.speaker ?? sentence.speaker
                if let start = word.startMs, let end = word.endMs {
                    words.append(
                        Transcript.Word(
                            text: word.text.trimmed,
                            startMs: start,
                            endMs: max(end, start + 1),
                            confidence: word.confidence ?? 1,
                            speaker: speaker
                        )
                    )
                    index += 1
                    continue
                }
                let run = given[index...range.upperBound].prefix { $0.startMs == nil }
                let after = run.endIndex <= range.upperBound ? given[run.endIndex].startMs : sentence.endMs
                let isFirst = index == range.lowerBound
                let start = (isFirst ? sentence.startMs : words.last?.endMs) ?? words.last?.endMs ?? 0
                append(
                    run.map(\.text.trimmed),
                    from: start,
                    until: max(after ?? start, start),
                    speaker: speaker,
                    confidences: run.map(\.confidence)
                )
                index = run.endIndex
            }
        }
        if !asked.isEmpty { ranges = asked.map(\.0) }
        keepOrder()
    }

    /// Spreads words over a time by their lengths.
    private mutating func append(
        _ texts: [String],
        from start: Int,
        until end: Int,
        speaker: String?,
        confidences: [Double?] = []
    ) {
        let total = texts.reduce(0) { $0 + $1.count }
        var done = 0
        for (index, text) in texts.enumerated() {
            let from = start + (end - start) * done / max(1, total)
            done += text.count
            let until = start + (end - start) * done / max(1, total)
            let confidence = index < confidences.count ? confidences[index] : nil
            words.append(
                Transcript.Word(
                    text: text,
                    startMs: from,
                    endMs: max(until, from + 1),
                    confidence: confidence ?? 1,
                    speaker: speaker
                )
            )
        }
        estimated += texts.count
    }

    /// Spread words may reach into words with times of their own: no word starts before the one in front of it.
    private mutating func keepOrder() {
        var clock = 0
        for index in words.indices {
            words[index].startMs = max(words[index].startMs, clock)
            words[index].endMs = max(words[index].endMs, words[index].startMs + 1)
            clock = words[index].startMs
        }
    }

    private func texts(of text: String) -> [String] {
        let parts = text.split(whereSeparator: \.isWhitespace)
        return isSpaced ? parts.map(String.init) : parts.flatMap { part in part.map(String.init) }
    }
}

/// Speakers by the names that artifacts give them.
private struct SpeakerNames {
    private var names: [String: String] = [:]

    init(_ labels: [String?]) {
        let distinct = labels.compactMap(\.self).reduce(into: (seen: Set<String>(), list: [String]())) {
            if $0.seen.insert($1).inserted { $0.list.append($1) }
        }.list
        let areOurs = distinct.allSatisfy { $0.wholeMatch(of: /speaker-[0-9]{1,4}/) != nil }
        for (index, label) in distinct.enumerated() { names[label] = areOurs ? label : "speaker-\(index)" }
    }

    subscript(_ label: String?) -> String? { label.flatMap { names[$0] } }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }
}

import Contracts
import Editorial
import StudioSupport

extension TranscriptMaker {
    static func segments(for transcript: Transcript) -> Segments {
        Segments(
            durationMs: transcript.durationMs,
            cuts: [],
            silences: [],
            turns: [],
            topicStartsMs: [],
            energy: .init(hopMs: 100, lufs: []),
            integratedLufs: nil,
            warnings: []
        )
    }

    static func request(
        _ transcript: Transcript,
        _ options: ShortsOptions = ShortsOptions()
    ) -> EditorialRequest {
        EditorialRequest(transcript: transcript, segments: segments(for: transcript), options: options)
    }

    /// A transcript that looks like none that anybody spoke, from a seed.
    static func random(seed: UInt64) -> EditorialRequest {
        var random = SeededGenerator(seed: seed)
        let vocabulary = [
            "we", "never", "build", "the", "load", "balancer", "Docker", "because", "you", "why", "42", "it",
            "and",
            "customers", "love", "prices,", "is", "not", "what", "So", "team", "learned", "a", "lesson", "—",
            "um",
        ]
        var words: [Transcript.Word] = []
        var sentences: [Transcript.Sentence] = []
        var silences: [TimeRange] = []
        var clock = Int.random(in: 0...2_000, using: &random)
        for index in 0..<Int.random(in: 1...220, using: &random) {
            let first = words.count
            for _ in 0..<Int.random(in: 1...24, using: &random) {
                let end = clock + Int.random(in: 40...700, using: &random)
                words.append(
                    .init(
                        text: vocabulary.randomElement(using: &random) ?? "we",
                        startMs: clock,
                        endMs: end,
                        confidence: 0.9
                    )
                )
                let gap = Int.random(in: 0...400, using: &random)
                if gap > 100 { silences.append(TimeRange(startMs: end + 20, endMs: end + gap - 10)) }
                clock = end + gap
            }
            words[words.count - 1].text += [".", "?", "...", "", "!"].randomElement(using: &random) ?? "."
            sentences.append(
                .init(
                    firstWord: first,
                    lastWord: words.count - 1,
                    startMs: words[first].startMs,
                    endMs: words[words.count - 1].endMs,
                    text: "",
                    speaker: "speaker-\(index % 2)"
                )
            )
            clock += Int.random(in: 0...3_000, using: &random)
        }
        let transcript = Transcript(
            language: "en",
            model: "test",
            durationMs: clock,
            words: words,
            sentences: sentences,
            warnings: []
        )
        var segments = segments(for: transcript)
        segments.silences = silences
        segments.energy.lufs = (0..<(clock / 100)).map { _ in Double.random(in: -60 ... -10, using: &random) }
        let minimum = Int.random(in: 4_000...20_000, using: &random)
        return EditorialRequest(
            transcript: transcript,
            segments: segments,
            options: ShortsOptions(
                minDurationMs: minimum,
                maxDurationMs: minimum + Int.random(in: 1_000...40_000, using: &random),
                excludeRangesMs: [TimeRange(startMs: clock / 3, endMs: clock / 3 + 15_000)]
            )
        )
    }
}

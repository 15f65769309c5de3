import Contracts
import StudioSupport
import Testing

@testable import Runtime

@Suite struct TranscriptQualityTests {
    private func transcript(
        words: Int = 100,
        confidence: Double = 1,
        speakers: Int = 0,
        punctuated: Int = 10
    ) -> TranscriptQuality {
        let list = (0..<words).map { index in
            Transcript.Word(
                text: index < punctuated ? "word." : "word",
                startMs: index * 100,
                endMs: index * 100 + 50,
                confidence: confidence,
                speaker: speakers > 0 ? "speaker-\(index % speakers)" : nil
            )
        }
        return TranscriptQuality(
            Transcript(
                language: "en",
                model: "m",
                durationMs: words * 100,
                words: list,
                sentences: [],
                warnings: []
            )
        )
    }

    private func isFirst(_ verdict: TranscriptQuality.Verdict) -> Bool {
        if case .first = verdict { true } else { false }
    }

    @Test func `missing words weigh more than all else`() {
        let full = transcript(words: 100, confidence: 0.6)
        let gappy = transcript(words: 84, confidence: 0.99, speakers: 2)
        #expect(isFirst(TranscriptQuality.compare(full, gappy)))
        let nearlyFull = transcript(words: 85, confidence: 0.99)
        #expect(!isFirst(TranscriptQuality.compare(full, nearlyFull)))
    }

    @Test func `surer words, then speakers, then sentences tell two apart`() {
        let surer = TranscriptQuality.compare(
            transcript(confidence: 0.95),
            transcript(confidence: 0.9, speakers: 2)
        )
        #expect(surer == .first(reason: "its words are 95 % sure, the other's 90 %"))
        #expect(isFirst(TranscriptQuality.compare(transcript(speakers: 2), transcript(punctuated: 20))))
        #expect(isFirst(TranscriptQuality.compare(transcript(punctuated: 13), transcript())))
    }

    @Test func `a provider that does not say how sure it is is not the surer one`() {
        #expect(TranscriptQuality.compare(transcript(), transcript(confidence: 0.5)) == .even)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `the order in which two are compared makes no difference`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func any() -> TranscriptQuality {
            transcript(
                words: Int.random(in: 0...120, using: &generator),
                confidence: Double(Int.random(in: 80...100, using: &generator)) / 100,
                speakers: Int.random(in: 0...2, using: &generator),
                punctuated: Int.random(in: 0...20, using: &generator)
            )
        }
        let (one, other) = (any(), any())
        switch (TranscriptQuality.compare(one, other), TranscriptQuality.compare(other, one)) {
        case (.first(let reason), .second(let mirrored)), (.second(let reason), .first(let mirrored)):
            #expect(reason == mirrored)
        case (.even, .even): break
        default: Issue.record("\(one) and \(other) depend on their order")
        }
    }
}

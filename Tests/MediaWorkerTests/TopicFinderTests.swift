import Contracts
import Testing

@testable import MediaWorker

@Suite struct TopicFinderTests {
    private func transcript(_ topics: [[String]], pauseMs: Int) -> Transcript {
        var sentences: [Transcript.Sentence] = []
        var clock = 1_000
        for topic in topics {
            for text in topic {
                sentences.append(
                    .init(firstWord: 0, lastWord: 0, startMs: clock, endMs: clock + 5_000, text: text)
                )
                clock += 5_200
            }
            clock += pauseMs
        }
        return Transcript(
            language: "en",
            model: "test",
            durationMs: clock,
            words: [],
            sentences: sentences,
            warnings: []
        )
    }

    @Test func `a topic starts where the words change after a pause`() {
        let cooking = Array(repeating: "the kitchen smells of garlic butter pepper and bread", count: 12)
        let racing = Array(repeating: "every engine roared while drivers changed their tyres", count: 12)
        let transcript = transcript([cooking, racing], pauseMs: 2_000)

        let starts = TopicFinder().starts(of: transcript)

        #expect(starts == [1_000, transcript.sentences[12].startMs])
    }

    @Test func `a talk of one topic and of no words has no turns`() {
        let one = transcript([Array(repeating: "the same words again", count: 20)], pauseMs: 0)

        #expect(TopicFinder().starts(of: one) == [1_000])
        #expect(TopicFinder().starts(of: transcript([], pauseMs: 0)).isEmpty)
    }

    @Test func `a speaker's words in a row are one turn`() {
        let words = [("a", 0), ("a", 1), ("b", 2), ("a", 3)].map { speaker, index in
            Transcript.Word(
                text: "word",
                startMs: index * 100,
                endMs: index * 100 + 80,
                confidence: 1,
                speaker: speaker
            )
        }

        let turns = SegmentHandler.turns(of: words)

        #expect(turns.map(\.speaker) == ["a", "b", "a"])
        #expect(turns.map(\.startMs) == [0, 200, 300])
        #expect(turns.map(\.endMs) == [180, 280, 380])
    }
}

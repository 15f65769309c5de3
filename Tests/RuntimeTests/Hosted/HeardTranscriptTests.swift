import Contracts
import Providers
import Testing

@testable import Runtime

@Suite struct HeardTranscriptTests {
    private func provided(_ words: [HeardWord]) -> (words: [ProvidedTranscript.Word], repairs: Int) {
        let heard = HeardTranscript(words: words, model: "m")
        let (transcript, repairs) = heard.provided(language: "en", durationMs: 10_000)
        return (transcript.words ?? [], repairs)
    }

    @Test func `sound words stay as they are`() {
        let (words, repairs) = provided([
            HeardWord(text: "Hi,", startMs: 0, endMs: 300, confidence: 0.5, speaker: "A"),
            HeardWord(text: "you", startMs: 300, endMs: 10_000),
        ])
        #expect(repairs == 0)
        #expect(words.map(\.text) == ["Hi,", "you"])
        #expect(words.map(\.confidence) == [0.5, nil] && words.map(\.speaker) == ["A", nil])
    }

    @Test func `words of two at once are put in order`() {
        let (words, repairs) = provided([
            HeardWord(text: "b", startMs: 500, endMs: 700), HeardWord(text: "a", startMs: 100, endMs: 900),
            HeardWord(text: "c", startMs: 500, endMs: 600),
        ])
        #expect(words.map(\.text) == ["a", "b", "c"])
        #expect(repairs > 0)
    }

    @Test func `what cannot be a word of the source is left out`() {
        let (words, repairs) = provided([
            HeardWord(text: " ", startMs: 0, endMs: 1), HeardWord(text: "early", startMs: -5, endMs: 1),
            HeardWord(text: "backwards", startMs: 50, endMs: 40),
            HeardWord(text: "late", startMs: 10_001, endMs: 10_100),
            HeardWord(text: "long", startMs: 9_000, endMs: 12_001),
            HeardWord(text: String(repeating: "x", count: 101), startMs: 1, endMs: 2),
            HeardWord(text: "zero\0", startMs: 1, endMs: 2),
            HeardWord(text: "last", startMs: 9_900, endMs: 12_000, confidence: .nan),
        ])
        #expect(words.map(\.text) == ["zero", "last"])
        #expect(words.last?.endMs == 10_000 && words.last?.confidence == 0)
        #expect(repairs == 8)
    }

    @Test func `any answer can be told in a transcript's terms`() {
        let (words, _) = provided([
            HeardWord(text: "a", startMs: .max, endMs: .max),
            HeardWord(text: "b", startMs: .min, endMs: .max),
            HeardWord(text: "c", startMs: 0, endMs: 0, confidence: -.infinity, speaker: "\u{0}"),
        ])
        #expect(words.map(\.text) == ["c"] && words[0].speaker == nil)
    }
}

import Contracts
import Testing

@testable import MediaWorker

@Suite struct FillerWordsTests {
    private func marked(_ language: String, _ words: [(String, Int, Int)]) -> [Int]? {
        FillerWords(language: language)?.marked(
            in: words.map { Transcript.Word(text: $0, startMs: $1, endMs: $2, confidence: 1) }
        ).flatMap { [$0.startMs, $0.endMs] }
    }

    @Test func `a filler that stands apart is marked, and one in a row with it as well`() {
        let words = [
            ("We", 0, 200), ("Um,", 400, 700), ("uh...", 720, 900), ("baked", 1_000, 1_300),
            ("uh", 1_310, 1_500), ("bread.", 1_700, 2_000),
        ]

        #expect(marked("en", words) == [400, 900])
        #expect(marked("en-GB", words) == [400, 900])
    }

    @Test(arguments: [
        ("en", "ER", false), ("en", "er", true), ("de", "er", false), ("de", "Ähm,", true),
        ("en", "hmm?", false),
        ("en", "umbrella", false), ("fr", "Euh…", true), ("en", "uh-huh", false), ("en", "U2", false),
    ])
    func `only what has no other sense is a filler`(language: String, text: String, isFiller: Bool) {
        let words = [("a", 0, 100), (text, 300, 500), ("b", 700, 800)]

        #expect(marked(language, words) == (isFiller ? [300, 500] : []))
    }

    @Test func `a gap at the limit is enough, and one below it is not`() {
        let gap = FillerWords.gapMsMin

        #expect(marked("en", [("a", 0, 100), ("um", 100 + gap, 400), ("b", 400 + gap, 600)]) != [])
        #expect(marked("en", [("a", 0, 100), ("um", 99 + gap, 400), ("b", 400 + gap, 600)]) == [])
        #expect(marked("en", [("a", 0, 100), ("um", 100 + gap, 400), ("b", 399 + gap, 600)]) == [])
    }

    @Test func `a language without a list has no marks at all`() {
        #expect(marked("ja", [("um", 0, 100)]) == nil)
        #expect(marked("", [("um", 0, 100)]) == nil)
    }

    @Test func `times that cannot be are no fillers`() {
        #expect(marked("en", [("um", 100, 100), ("um", 500, 9_000)]) == [])
        #expect(marked("en", []) == [])
    }
}

import Testing

@testable import Speech

@Suite struct WordTimingTests {
    /// A file that is quiet but for loud stretches, given in milliseconds.
    private func curve(_ loud: [Range<Int>], lengthMs: Int = 3000) -> EnergyCurve {
        EnergyCurve(
            framesDb: (0..<(lengthMs / 10)).map { frame in
                loud.contains { $0.contains(frame * 10) } ? -20 : -70
            }
        )
    }

    private func word(_ startMs: Int, _ endMs: Int) -> RecognizedSpeech.Word {
        RecognizedSpeech.Word(text: "word", startMs: startMs, endMs: endMs, confidence: 1)
    }

    private func times(_ words: [RecognizedSpeech.Word]) -> [[Int]] { words.map { [$0.startMs, $0.endMs] } }

    @Test func `a word that begins in the pause begins at its onset, and ends where its sound ends`() {
        let corrected = WordTiming().corrected(
            [word(300, 900)],
            curve: curve([500..<800]),
            durationMs: 3000
        )

        #expect(times(corrected) == [[500, 800]])
    }

    @Test func `a click before a word is not its onset`() {
        let corrected = WordTiming().corrected(
            [word(300, 900)],
            curve: curve([350..<360, 500..<900]),
            durationMs: 3000
        )

        #expect(times(corrected) == [[500, 900]])
    }

    @Test func `times that lie on speech stay, and so do those of a word in silence`() {
        let loud = curve([0..<1000, 1500..<2000])

        #expect(
            times(WordTiming().corrected([word(103, 407)], curve: loud, durationMs: 3000)) == [[103, 407]]
        )
        #expect(
            times(WordTiming().corrected([word(1100, 1400)], curve: loud, durationMs: 3000)) == [
                [1100, 1400]
            ]
        )
    }

    @Test
    func
        `a word that holds the pause before it begins after the pause, and the word before ends on its sound`()
    {
        let corrected = WordTiming().corrected(
            [word(100, 700), word(700, 2100), word(2100, 2400)],
            curve: curve([100..<800, 1800..<2400]),
            durationMs: 3000
        )

        #expect(times(corrected) == [[100, 800], [1800, 2100], [2100, 2400]])
    }

    @Test func `a word that reaches over the pause into the next one ends before the pause`() {
        let corrected = WordTiming().corrected(
            [word(100, 1250), word(1250, 1600)],
            curve: curve([100..<500, 1200..<1600]),
            durationMs: 3000
        )

        #expect(times(corrected) == [[100, 500], [1250, 1600]])
    }

    @Test func `the short silences inside a word are its own`() {
        let corrected = WordTiming().corrected(
            [word(100, 800)],
            curve: curve([100..<400, 500..<800]),
            durationMs: 3000
        )

        #expect(times(corrected) == [[100, 800]])
    }

    @Test func `words that overlap or stand still are put one after another`() {
        let ordered = WordTiming().ordered(
            [word(100, 500), word(400, 600), word(600, 600), word(590, 620)],
            durationMs: 3000
        )

        #expect(times(ordered) == [[100, 400], [400, 600], [600, 640], [640, 680]])
    }

    @Test(arguments: 0..<50)
    func `whatever the engine says, words are in order, long enough and inside the file`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let lengthMs = Int.random(in: 0...5000, using: &random)
        let words = (0..<Int.random(in: 0...150, using: &random)).map { _ in
            word(Int.random(in: 0...6000, using: &random), Int.random(in: 0...6000, using: &random))
        }
        let curve = EnergyCurve(
            framesDb: (0..<(lengthMs / 10)).map { _ in Float.random(in: -100 ... -5, using: &random) }
        )

        let corrected = WordTiming().corrected(words, curve: curve, durationMs: lengthMs)

        #expect(corrected.allSatisfy { $0.endMs - $0.startMs >= 40 })
        #expect(zip(corrected, corrected.dropFirst()).allSatisfy { $0.endMs <= $1.startMs })
        #expect((corrected.first?.startMs ?? 0) >= 0 && (corrected.last?.endMs ?? 0) <= lengthMs)
        #expect(corrected.count == min(words.count, lengthMs / 40))
    }
}

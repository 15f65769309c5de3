import Testing

@testable import Speech

@Suite struct EngineAnswerTests {
    private func words(_ texts: [String], times: [(Double, Double)]) -> [EngineAnswer.Word] {
        zip(texts, times).map { EngineAnswer.Word(text: $0, start: $1.0, end: $1.1, probability: 0.9) }
    }

    @Test func `words move to the place of their piece and lose their white space`() {
        let moved = EngineAnswer.words(
            words([" so", " it is."], times: [(0.5, 1), (1, 1.2346)]),
            in: 60_000..<90_000
        )

        #expect(moved.map(\.text) == ["so", "it is."])
        #expect(moved.map(\.startMs) == [60_500, 61_000])
        #expect(moved.map(\.endMs) == [61_000, 61_235])
    }

    @Test func `the second half of a joined word stays with the first`() {
        let joined = EngineAnswer.words(
            words(
                [" well", "-known", " -so", " they", "'re"],
                times: [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]
            ),
            in: 0..<9000
        )

        #expect(joined.map(\.text) == ["well-known", "-so", "they're"])
        #expect(joined.first?.endMs == 2000)
    }

    @Test func `a number stays whole, with its percent sign`() {
        let joined = EngineAnswer.words(
            words(
                [" about", " 3", ".5", "%", " of", " 1", ",000"],
                times: (0..<7).map { (Double($0), Double($0) + 1) }
            ),
            in: 0..<9000
        )

        #expect(joined.map(\.text) == ["about", "3.5%", "of", "1,000"])
    }

    @Test func `marks alone and numbers that are none are left out, and times stay in the piece`() {
        let kept = EngineAnswer.words(
            words(
                [" -", " ...", " R", " &", " D", " gone"],
                times: [(0, 1), (1, 2), (2, 3), (3, 2.5), (9, 99), (.nan, 1)]
            ),
            in: 0..<9000
        )

        #expect(kept.map(\.text) == ["R", "&", "D"])
        #expect(kept.allSatisfy { $0.startMs <= $0.endMs && $0.endMs <= 9000 })
    }
}

import Testing

@testable import Speech

@Suite struct SentenceSplitterTests {
    /// Words of 200 ms with 50 ms between them; `|` before a word stands for a pause of 500 ms, `||` for 3 s.
    private func words(_ text: String) -> [RecognizedSpeech.Word] {
        var clock = 0
        return text.split(separator: " ").map { part in
            let bars = part.prefix { $0 == "|" }.count
            clock += [50, 500, 3000][min(2, bars)]
            defer { clock += 200 }
            return RecognizedSpeech.Word(
                text: String(part.dropFirst(bars)),
                startMs: clock,
                endMs: clock + 200,
                confidence: 1
            )
        }
    }

    private func split(_ text: String, _ language: String = "en") -> [String] {
        let words = words(text)
        let splitter = SentenceSplitter(language: language)
        return splitter.sentences(words).map { splitter.text(words[$0]) }
    }

    @Test(arguments: [
        ("This works. So does this! Or not?", ["This works.", "So does this!", "Or not?"]),
        ("Dr. Smith met Mrs. Jones. They spoke.", ["Dr. Smith met Mrs. Jones.", "They spoke."]),
        ("We met at 5 p.m. in Paris. Fine.", ["We met at 5 p.m. in Paris.", "Fine."]),
        ("We met at 5 p.m. |Then we left.", ["We met at 5 p.m.", "Then we left."]),
        ("J. R. Miller wrote it. Good.", ["J. R. Miller wrote it.", "Good."]),
        ("So do I. |You know.", ["So do I.", "You know."]),
        ("It is No. 5 of all. Pi is 3.14 about. Yes.", ["It is No. 5 of all.", "Pi is 3.14 about.", "Yes."]),
        ("Well... maybe not. Well... |Maybe.", ["Well... maybe not.", "Well...", "Maybe."]),
        ("He said \"stop.\" Then he left.", ["He said \"stop.\"", "Then he left."]),
        ("\"Really?\" he asked. Yes.", ["\"Really?\" he asked.", "Yes."]),
        ("the spring of hope. it was cold", ["the spring of hope. it was cold"]),
        ("no full stop here", ["no full stop here"]),
        ("one breath ||another breath", ["one breath", "another breath"]),
    ])
    func `sentences end where a reader ends them`(text: String, expected: [String]) {
        #expect(split(text) == expected)
    }

    @Test func `languages without spaces end at their own marks and are joined without spaces`() {
        #expect(split("今日 は 雨 です。 明日 は 晴れ です。", "ja-JP") == ["今日は雨です。", "明日は晴れです。"])
    }

    @Test func `a long run without full stops breaks at its pauses`() {
        let text = (0..<90).map { ($0 == 30 || $0 == 60 ? "|" : "") + "word\($0)" }.joined(separator: " ")

        #expect(split(text).map { $0.split(separator: " ").count } == [30, 30, 30])
    }

    @Test func `a long run without any pause stays whole up to twice the length, then breaks in the middle`()
    {
        let text = (0..<60).map { "word\($0)" }.joined(separator: " ")
        #expect(split(text).count == 1)

        let longer = (0..<120).map { "word\($0)" }.joined(separator: " ")
        #expect(split(longer).map { $0.split(separator: " ").count } == [60, 60])
    }

    @Test func `no words are no sentences`() {
        #expect(SentenceSplitter(language: "en").sentences([]).isEmpty)
    }

    @Test(arguments: 0..<20)
    func `each word is in exactly one sentence`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let marks = ["", "", "", "", ",", ".", "?", "...", "…", ".\"", "。"]
        let text = (0..<400).map { number in
            let bars = ["", "", "", "|", "||"].randomElement(using: &random) ?? ""
            let stem = ["Mr", "we", "No", "5", "e.g", "I", "x"].randomElement(using: &random) ?? ""
            return bars + stem + (marks.randomElement(using: &random) ?? "")
        }.joined(separator: " ")
        let words = words(text)

        let ranges = SentenceSplitter(language: "en").sentences(words)

        #expect(ranges.flatMap { Array($0) } == Array(words.indices))
    }

    @Test(arguments: ["en", "ja"])
    func `two hundred thousand words that each overlap the next more cost little time and little stack`(
        language: String
    ) {
        let count = 200_000
        let words = (0..<count).map { index in
            RecognizedSpeech.Word(text: "w", startMs: index, endMs: index * 2 + 1, confidence: 1)
        }
        let splitter = SentenceSplitter(language: language)
        let clock = ContinuousClock()
        var found: [ClosedRange<Int>] = []
        let took = clock.measure { found = splitter.sentences(words) }

        #expect(took < .seconds(30), "took \(took)")
        #expect(found.first?.lowerBound == 0 && found.last?.upperBound == count - 1)
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.upperBound + 1 == $1.lowerBound })
        #expect(found.allSatisfy { $0.count >= splitter.partWordsMin && $0.count <= 240 })
    }

    @Test func `growing pauses at the edge of a run do not make it costly either`() {
        let words = (0..<200_000).map { index in
            RecognizedSpeech.Word(
                text: "w",
                startMs: index * 400,
                endMs: index * 400 + index % 400,
                confidence: 1
            )
        }
        let clock = ContinuousClock()
        let took = clock.measure { _ = SentenceSplitter(language: "en").sentences(words) }
        #expect(took < .seconds(30), "took \(took)")
    }
}

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
}

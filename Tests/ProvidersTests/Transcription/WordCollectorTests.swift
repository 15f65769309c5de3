import Contracts
import Testing

@testable import Providers

@Suite struct WordCollectorTests {
    private func heard(_ fill: (inout WordCollector) throws -> Void) throws -> HeardTranscript {
        var collector = WordCollector()
        try fill(&collector)
        return collector.finish(language: "en_us", durationMs: 3_004.2, model: "m")
    }

    @Test func `words keep what their provider says of them`() throws {
        let transcript = try heard {
            try $0.add("Hi", startMs: 119.6, endMs: 500.4, confidence: 0.5, speaker: "A")
            try $0.add("you", startMs: 600, endMs: 700)
        }

        #expect(
            transcript.words == [
                HeardWord(text: "Hi", startMs: 120, endMs: 500, confidence: 0.5, speaker: "A"),
                HeardWord(text: "you", startMs: 600, endMs: 700),
            ]
        )
        #expect(
            transcript.language == "en-US" && transcript.durationMs == 3_004 && transcript.warnings.isEmpty
        )
    }

    @Test func `punctuation goes to the word it belongs to`() throws {
        let transcript = try heard {
            $0.attach("¿", toNext: true)
            try $0.add("Qué", startMs: 0, endMs: 1)
            $0.attach("?")
            $0.attach(" ")
            $0.attach("(", toNext: true)
            try $0.add("dijo", startMs: 2, endMs: 3)
            $0.attach(")")
            $0.attach(".")
        }

        #expect(transcript.words.map(\.text) == ["¿Qué?", "(dijo)."])
    }

    @Test func `a mark before all words is not lost, and one without a word is`() throws {
        #expect(
            try heard {
                $0.attach("…")
                try $0.add("so", startMs: 0, endMs: 1)
            }.words.map(\.text) == ["…so"]
        )
        #expect(try heard { $0.attach(".") }.words.isEmpty)
    }

    @Test(arguments: [
        (-40.0, 90.0, 0, 90), (500, 400, 500, 500), (-50, -40, 0, 0), (-0.4, 10, 0, 10),
    ])
    func `times that cannot be are moved, and that is told`(
        start: Double,
        end: Double,
        expectedStart: Int,
        expectedEnd: Int
    ) throws {
        let transcript = try heard { try $0.add("a", startMs: start, endMs: end) }

        #expect(transcript.words.map(\.startMs) == [expectedStart])
        #expect(transcript.words.map(\.endMs) == [expectedEnd])
        #expect(transcript.warnings.map(\.code) == (start == -0.4 ? [] : ["word-times-mended"]))
    }

    @Test func `a word without times stands behind the one before it`() throws {
        let transcript = try heard {
            try $0.add("a", startMs: 10, endMs: 20)
            try $0.add("b", startMs: nil, endMs: nil)
            try $0.add("c", startMs: 30, endMs: nil)
        }

        #expect(transcript.words.map(\.startMs) == [10, 20, 30])
        #expect(transcript.words.map(\.endMs) == [20, 20, 30])
        #expect(transcript.warnings.first?.detail.hasPrefix("2 words") == true)
    }

    @Test(arguments: [
        Double.nan, .infinity, -.infinity, 1e300, -1e300, 86_400_001, -60_001, Double(Int.max),
        .greatestFiniteMagnitude,
    ])
    func `a time that nobody can mean is an error`(time: Double) {
        #expect(throws: AnswerFault.self) { try heard { try $0.add("a", startMs: time, endMs: 1) } }
        #expect(throws: AnswerFault.self) { try heard { try $0.add("a", startMs: 1, endMs: time) } }
        #expect(throws: AnswerFault.self) { try heard { try $0.add("a", startMs: nil, endMs: time) } }
    }

    @Test func `voices of two channels come in the order of time`() throws {
        let transcript = try heard {
            try $0.add("a", startMs: 0, endMs: 10)
            try $0.add("c", startMs: 200, endMs: 210)
            try $0.add("b", startMs: 100, endMs: 110)
            try $0.add("d", startMs: 200, endMs: 201)
        }

        #expect(transcript.words.map(\.text) == ["a", "b", "c", "d"])
        #expect(transcript.warnings.isEmpty)
    }

    @Test func `texts are cleaned of what no artifact keeps`() throws {
        let transcript = try heard {
            try $0.add(" a\u{0}b\n c ", startMs: 0, endMs: 1)
            try $0.add(" \n\t", startMs: 1, endMs: 2)
            try $0.add("", startMs: 1, endMs: 2)
            try $0.add("e\u{301}😀", startMs: 1, endMs: 2, speaker: "\u{0}")
        }

        #expect(transcript.words.map(\.text) == ["a b c", "e\u{301}😀"])
        #expect(transcript.words.map(\.speaker) == [nil, nil])
        #expect(transcript.warnings.map(\.code) == ["word-texts-mended"])
    }

    @Test func `texts are kept up to a length and cut beyond`() throws {
        let limit = String(repeating: "x", count: WordCollector.textScalarsMax)
        let transcript = try heard {
            try $0.add(limit, startMs: 0, endMs: 1)
            try $0.add(limit + "y", startMs: 1, endMs: 2, speaker: limit + "y")
            try $0.add(String(repeating: "z", count: 5_000_000), startMs: 2, endMs: 3)
            $0.attach(".")
        }

        #expect(transcript.words.map(\.text.count) == [100, 100, 100])
        #expect(transcript.words[1].speaker == limit)
        #expect(transcript.warnings.map(\.code) == ["word-texts-mended"])
    }

    @Test(arguments: [-0.1, 1.1, .nan, .infinity])
    func `a confidence outside of its bounds is none`(confidence: Double) throws {
        let transcript = try heard { try $0.add("a", startMs: 0, endMs: 1, confidence: confidence) }

        #expect(transcript.words.map(\.confidence) == [nil])
    }

    @Test func `as many words are taken as a transcript may have, and not one more`() throws {
        var collector = WordCollector()
        for number in 0..<WordCollector.wordsMax {
            try collector.add("w", startMs: Double(number), endMs: Double(number + 1))
        }

        #expect(throws: AnswerFault.self) { try collector.add("w", startMs: 0, endMs: 1) }
        #expect(collector.finish(language: nil, durationMs: nil, model: "m").words.count == 200_000)
    }

    @Test(arguments: [
        ("en", "en"), ("en_us", "en-US"), ("EN_UK", "en-GB"), ("pt-br", "pt-BR"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("cmn", "zh"), ("multi", nil), ("auto", nil), ("", nil), ("<script>", nil), (nil, nil),
        (String(repeating: "a", count: 1_000_000), nil),
    ])
    func `a language is read as a tag, or not at all`(text: String?, expected: String?) {
        #expect(HeardLanguage.tag(text) == expected)
    }

    @Test(arguments: [-1.0, .nan, .infinity, 1e300])
    func `a duration that cannot be is none`(duration: Double) {
        let transcript = WordCollector().finish(language: nil, durationMs: duration, model: "m")

        #expect(transcript.durationMs == nil)
    }
}

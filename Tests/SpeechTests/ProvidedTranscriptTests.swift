import Contracts
import Speech
import Testing

@Suite struct ProvidedTranscriptTests {
    private typealias Word = ProvidedTranscript.Word
    private typealias Sentence = ProvidedTranscript.Sentence

    private func faults(_ given: ProvidedTranscript, endMs: Int? = nil) -> [String] {
        var intake = TranscriptIntake(given, pointer: "/transcript", sourceEndMs: endMs)
        return intake.check().map(\.pointer)
    }

    private func filled(_ given: ProvidedTranscript, language: String = "en") -> Transcript {
        TranscriptIntake(given, pointer: "").transcript(language: language, durationMs: 10_000)
    }

    @Test func `words with times make a whole transcript`() {
        let words = ["Hello", "there.", "How", "are", "you?"].enumerated().map { index, text in
            Word(
                text: text,
                startMs: index * 500,
                endMs: index * 500 + 400,
                speaker: index < 2 ? "Ann" : "Bob"
            )
        }
        let given = ProvidedTranscript(language: "en", words: words)

        #expect(faults(given).isEmpty)
        let transcript = filled(given)
        #expect(transcript.sentences.map(\.text) == ["Hello there.", "How are you?"])
        #expect(transcript.words.map(\.confidence) == [1, 1, 1, 1, 1])
        #expect(
            transcript.words.map(\.speaker) == ["speaker-0", "speaker-0"] + [
                "speaker-1", "speaker-1", "speaker-1",
            ]
        )
        #expect(transcript.sentences.map(\.speaker) == ["speaker-0", "speaker-1"])
        #expect(transcript.warnings.isEmpty && transcript.model == "provided")
    }

    @Test func `words without times are spread over their sentence, with a warning`() {
        let given = ProvidedTranscript(
            words: [
                Word(text: "aa"), Word(text: "bb"), Word(text: "cc", startMs: 3_000, endMs: 3_400),
                Word(text: "dd"),
            ],
            sentences: [
                Sentence(firstWord: 0, lastWord: 2, startMs: 1_000, endMs: 3_400),
                Sentence(firstWord: 3, lastWord: 3, startMs: 4_000, endMs: 5_000),
            ]
        )

        #expect(faults(given).isEmpty)
        let transcript = filled(given)
        #expect(transcript.words.map(\.startMs) == [1_000, 2_000, 3_000, 4_000])
        #expect(transcript.words.map(\.endMs) == [2_000, 3_000, 3_400, 5_000])
        #expect(transcript.warnings.map(\.code) == ["word-times-estimated"])
        #expect(transcript.warnings[0].detail.hasPrefix("3 words"))
    }

    @Test func `sentences alone are enough, also where two speak at once`() {
        let given = ProvidedTranscript(sentences: [
            Sentence(startMs: 0, endMs: 4_000, text: "One two three four."),
            Sentence(startMs: 2_000, endMs: 3_000, text: "Yes yes."),
            Sentence(startMs: 2_000, endMs: 5_000, text: "Five six."),
        ])

        #expect(faults(given).isEmpty)
        let transcript = filled(given)
        #expect(transcript.sentences.count == 3 && transcript.words.count == 8)
        let starts = transcript.words.map(\.startMs)
        #expect(starts == starts.sorted())
        #expect(transcript.words.allSatisfy { $0.endMs > $0.startMs && $0.endMs <= 5_001 })
    }

    @Test func `all that is wrong is told, by its place`() {
        let given = ProvidedTranscript(
            language: "english please",
            words: [
                Word(text: " ", startMs: 500, endMs: 400), Word(text: "b", startMs: 100, endMs: 90_000_000),
                Word(text: "c", startMs: 200), Word(text: "d"),
                Word(text: "e\u{7}", startMs: 0, endMs: 1, confidence: 1.5),
            ]
        )

        #expect(
            Set(faults(given)) == [
                "/transcript/language", "/transcript/words/0/text", "/transcript/words/0/end_ms",
                "/transcript/words/1/end_ms", "/transcript/words/2", "/transcript/words/3/start_ms",
                "/transcript/words/4/text", "/transcript/words/4/confidence",
            ]
        )
        #expect(faults(ProvidedTranscript()) == ["/transcript/words"])
    }

    @Test func `times reach to the end of the source and no further`() {
        let given = ProvidedTranscript(words: [Word(text: "a", startMs: 0, endMs: 1_000)])
        #expect(faults(given, endMs: 1_000).isEmpty)
        #expect(faults(given, endMs: 999) == ["/transcript/words/0/end_ms"])
        let day = ProvidedTranscript(words: [Word(text: "a", startMs: 0, endMs: 86_400_000)])
        #expect(faults(day).isEmpty)
    }

    @Test func `words go forward, and may talk over each other`() {
        let over = ProvidedTranscript(words: [
            Word(text: "a", startMs: 0, endMs: 900), Word(text: "b", startMs: 0, endMs: 0),
            Word(text: "c", startMs: 500, endMs: 700),
        ])
        #expect(faults(over).isEmpty)
        #expect(filled(over).words.allSatisfy { $0.endMs > $0.startMs })
        let back = ProvidedTranscript(words: [
            Word(text: "a", startMs: 500, endMs: 900), Word(text: "b", startMs: 499, endMs: 900),
        ])
        #expect(faults(back) == ["/transcript/words/1/start_ms"])
    }

    @Test(arguments: [
        [(0, 0), (2, 2)], [(0, 1), (1, 2)], [(0, 1)], [(0, 3)], [(1, 2)], [(0, -1)],
    ])
    func `sentences take every word once`(ranges: [(Int, Int)]) {
        let words = (0..<3).map { Word(text: "w\($0)", startMs: $0 * 10, endMs: $0 * 10 + 5) }
        let sentences = ranges.map { Sentence(firstWord: $0.0, lastWord: $0.1) }
        #expect(!faults(ProvidedTranscript(words: words, sentences: sentences)).isEmpty)
    }

    @Test func `a limit of faults is told, however many there are`() {
        let words = (0..<5_000).map { _ in Word(text: "") }
        #expect(faults(ProvidedTranscript(words: words)).count == TranscriptIntake.faultsMax)
        let many = Array(
            repeating: Word(text: "a", startMs: 0, endMs: 1),
            count: TranscriptIntake.wordsMax + 1
        )
        #expect(faults(ProvidedTranscript(words: many)) == ["/transcript/words"])
    }

    @Test func `subtitles of both kinds are read`() throws {
        let srt = """
            \u{FEFF}1\r
            00:00:01,000 --> 00:00:03,500\r
            <i>Hello</i> there,\r
            {\\an8}my friends.\r
            \r
            2\r
            00:00:04,000 --> 00:00:05,000\r
            ♪♪\r
            \r
            3
            01:00:00,5 --> 01:00:02,250
            Bye &amp; thanks.
            """
        let parsed = try ProvidedTranscript(file: Array(srt.utf8))
        #expect(parsed.sentences?.map(\.text) == ["Hello there, my friends.", "Bye & thanks."])
        #expect(parsed.sentences?.map(\.startMs) == [1_000, 3_600_500])
        let vtt = """
            WEBVTT - a title

            NOTE nothing
            to see

            intro
            00:01.000 --> 00:02.000 position:10%
            <v Ann>We begin

            00:02.000 --> 00:03.000
            <v Bob>in the middle.
            """
        let cues = try ProvidedTranscript.cues(vtt, pointer: "/transcript/vtt")
        #expect(cues.sentences?.map(\.speaker) == ["Ann", "Bob"])
        let transcript = filled(cues)
        #expect(transcript.sentences.map(\.text) == ["We begin in the middle."])
        #expect(transcript.words.first?.startMs == 1_000 && transcript.words.last?.endMs == 3_000)
    }

    @Test(arguments: [
        "", "nothing", "1\n00:00:01,000 -> 00:00:02,000\nHi", "1\n00:00:02,000 --> 00:00:01,000\nHi",
        "1\n00:61:00,000 --> 00:62:00,000\nHi", "1\n100:00:00,000 --> 100:00:01,000\nHi",
        "1\n99999999999999999999:00,0 --> 00:01,0\nHi", "00:00:01,0000 --> 00:00:02,000\nHi", "{\"words\":7}",
        "{", "[]", "{\"words\":[{\"start_ms\":1}]}",
    ])
    func `a file that is no transcript is refused in words`(text: String) {
        #expect(throws: Problem.self) { try ProvidedTranscript(file: Array(text.utf8)) }
    }

    @Test func `bytes that are no text are refused`() {
        #expect(throws: Problem.self) { try ProvidedTranscript(file: [0xFF, 0xFE, 0x00]) }
    }

    @Test func `a language without spaces has its signs for words`() {
        let given = ProvidedTranscript(sentences: [Sentence(startMs: 0, endMs: 1_000, text: "你好吗")])
        let transcript = filled(given, language: "zh-Hans")
        #expect(transcript.words.map(\.text) == ["你", "好", "吗"])
        #expect(transcript.sentences.map(\.text) == ["你好吗"])
    }

    @Test(arguments: [
        ("en", "w ", 1_000, 200, true), ("en", "w ", 1_000, 201, false),
        ("ja", "あ", 2_000, 100, true), ("ja", "あ", 2_000, 101, false), ("en", "w", 100, 1, true),
        ("en", "w", 101, 1, false), ("ja", "w", 101, 1, true), ("en", "あ", 101, 1, false),
    ])
    func `words inside of sentences are counted and measured too`(
        language: String,
        part: String,
        parts: Int,
        sentences: Int,
        isTaken: Bool
    ) {
        let text = String(repeating: part, count: parts)
        let given = ProvidedTranscript(
            language: language,
            sentences: (0..<sentences).map { Sentence(startMs: $0, endMs: $0 + 1, text: text) }
        )
        let expected = isTaken ? [] : ["/transcript/sentences/\(sentences - 1)/text"]
        #expect(faults(given) == expected)
    }

    @Test func `one sign with a thousand accents is no word`() {
        let sign = "a" + String(repeating: "\u{301}", count: 1_000)
        let given = ProvidedTranscript(
            language: "ja",
            sentences: [Sentence(startMs: 0, endMs: 1, text: sign)]
        )
        #expect(faults(given) == ["/transcript/sentences/0/text"])
    }

    @Test(arguments: [
        ("I <3 you", "I <3 you", nil), ("a { b", "a { b", nil), ("<i>so</i> <b", "so <b", nil),
        ("{ <i>so</i>", "{ so", nil), ("<v >Hello", "Hello", nil), ("<v  >Hello", "Hello", nil),
        ("<v Ann>Hello <3", "Hello <3", "Ann"), ("{\\an8}Up", "Up", nil), ("a > b } c", "a > b } c", nil),
    ])
    func `a sign that nothing closes stays in the cue, and an empty voice is nobody's`(
        cue: String,
        text: String,
        speaker: String?
    ) throws {
        let given = try ProvidedTranscript.cues("00:01.000 --> 00:02.000\n\(cue)\n", pointer: "")
        #expect(given.sentences?.map(\.text) == [text])
        #expect(given.sentences?.map(\.speaker) == [speaker])
    }
}

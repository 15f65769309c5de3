import Contracts
import Foundation
import Testing

@testable import Providers

/// Answers that no provider should give: each is an error in plain words, or mended, and never a crash.
@Suite struct HostileAnswerTests {
    /// One reader of transcripts, with an answer of one word that changes can be made to.
    struct Reader: Sendable, CustomTestStringConvertible {
        var name: String
        var read: @Sendable ([UInt8]) throws -> HeardTranscript
        /// A whole answer around `WORDS`.
        var frame: String
        /// A word around `TEXT`, `START` and `END`, which are JSON.
        var word: String
        /// Times as the provider writes them, from milliseconds.
        var time: @Sendable (Double) -> String = { "\($0 / 1_000)" }
        var fixture: String
        var testDescription: String { name }

        func answer(
            text: String = "\"hi\"",
            start: String? = nil,
            end: String? = nil,
            count: Int = 1
        ) -> [UInt8] {
            let word = word.replacing("TEXT", with: text).replacing("START", with: start ?? time(100))
                .replacing("END", with: end ?? time(200))
            return Array(
                frame.replacing("WORDS", with: Array(repeating: word, count: count).joined(separator: ","))
                    .utf8
            )
        }
    }

    static let readers = [
        Reader(
            name: "assemblyai",
            read: { bytes in
                let told = try AssemblyAIAnswers.read(bytes, model: "m")
                guard let transcript = told.transcript else { throw AnswerFault("not done") }
                return transcript
            },
            frame: #"{"id": "tr-1", "status": "completed", "words": [WORDS]}"#,
            word: #"{"text": TEXT, "start": START, "end": END, "confidence": 0.9, "speaker": "A"}"#,
            time: { "\($0)" },
            fixture: "assemblyai/completed.json"
        ),
        Reader(
            name: "deepgram",
            read: { bytes in
                guard case .transcript(let transcript) = try DeepgramAnswers.read(bytes, model: "m") else {
                    throw AnswerFault("failed")
                }
                return transcript
            },
            frame:
                #"{"metadata": {"request_id": "r"}, "results": {"channels": [{"alternatives": [{"words": [WORDS]}]}]}}"#,
            word: #"{"word": TEXT, "start": START, "end": END, "confidence": 0.9, "speaker": 0}"#,
            fixture: "deepgram/result.json"
        ),
        Reader(
            name: "speechmatics",
            read: { try SpeechmaticsAnswers.transcript($0, model: "m") },
            frame: #"{"results": [WORDS]}"#,
            word:
                #"{"type": "word", "start_time": START, "end_time": END, "alternatives": [{"content": TEXT}]}"#,
            fixture: "speechmatics/transcript.json"
        ),
        Reader(
            name: "revai",
            read: { try RevAIAnswers.transcript($0, told: RevAIAnswers.Told(progress: .done)) },
            frame: #"{"monologues": [{"speaker": 0, "elements": [WORDS]}]}"#,
            word: #"{"type": "text", "value": TEXT, "ts": START, "end_ts": END}"#,
            fixture: "revai/transcript.json"
        ),
        Reader(
            name: "aws-transcribe",
            read: { try AWSTranscribeAnswers.transcript($0, language: nil) },
            frame: #"{"results": {"items": [WORDS]}}"#,
            word:
                #"{"type": "pronunciation", "start_time": START, "end_time": END, "alternatives": [{"content": TEXT}]}"#,
            time: { "\"\($0 / 1_000)\"" },
            fixture: "aws-transcribe/transcript.json"
        ),
        Reader(
            name: "openai-audio",
            read: { bytes in
                let heard = try OpenAIAudioAnswers.read(bytes, form: .words, lengthMs: 86_400_000)
                return HeardTranscript(words: heard.words, model: "m", warnings: heard.warnings)
            },
            frame: #"{"text": "hi", "words": [WORDS]}"#,
            word: #"{"word": TEXT, "start": START, "end": END}"#,
            fixture: "openai-audio/words.json"
        ),
    ]

    private func fault(_ reader: Reader, _ bytes: [UInt8]) -> String? {
        do {
            _ = try reader.read(bytes)
            return nil
        } catch {
            return (error as? AnswerFault)?.reason
        }
    }

    @Test(arguments: readers)
    func `what is no transcript says what it is`(reader: Reader) throws {
        let whole = Array(try SpeechBench.fixture(reader.fixture).utf8)
        #expect(fault(reader, []) == "it is empty")
        #expect(fault(reader, Array(" \r\n".utf8)) == "it is empty")
        #expect(
            fault(reader, Array("<!doctype html><html>Please log in</html>".utf8))
                == "it is a web page, not JSON"
        )
        #expect(fault(reader, Array("Bad gateway".utf8)) == "it is not JSON")
        #expect(fault(reader, [0xff, 0xfe, 0]) == "it is not JSON")
        for share in [0.1, 0.5, 0.9, 0.99] {
            let cut = whole.prefix(Int(Double(whole.count) * share))
            #expect(fault(reader, Array(cut)) == "it is broken or cut off JSON")
        }
        #expect(fault(reader, whole + whole) != nil)
        for text in [
            "{}", "[]", "[1]", #"{"results": 1, "words": {}, "monologues": "x", "id": [], "text": null}"#,
        ] {
            #expect(fault(reader, Array(text.utf8)) != nil)
        }
    }

    @Test(arguments: readers, ["{", "["])
    func `what is nested without end is refused`(reader: Reader, bracket: String) {
        let name = bracket == "{" ? #"{"results":"# : "["
        #expect(fault(reader, Array(String(repeating: name, count: 200_000).utf8)) != nil)
    }

    @Test(arguments: readers, ["7", "null", "[]", "{}", "true"])
    func `a text that is none says where`(reader: Reader, text: String) {
        // An element of Rev.ai without a value is read over.
        if reader.name == "revai", text == "null" { return }
        let reason = fault(reader, reader.answer(text: text))

        #expect(reason?.contains(".0.") == true, "\(reason ?? "nothing")")
        #expect(reason?.hasSuffix("is of another type than it should be") == true)
    }

    @Test(
        arguments: readers,
        ["true", "[]", "{}", "\"soon\"", "\"NaN\"", "\"inf\"", "1e999", "1e300", "-1e300"]
    )
    func `a time that is none is an error`(reader: Reader, time: String) {
        #expect(fault(reader, reader.answer(start: time)) != nil)
        #expect(fault(reader, reader.answer(end: time)) != nil)
    }

    @Test(arguments: readers)
    func `times that cannot be are mended, and that is told`(reader: Reader) throws {
        let reversed = try reader.read(reader.answer(start: reader.time(300), end: reader.time(200)))
        let negative = try reader.read(reader.answer(start: reader.time(-300), end: reader.time(200)))

        #expect(reversed.words.map(\.startMs) == [300] && reversed.words.map(\.endMs) == [300])
        #expect(negative.words.map(\.startMs) == [0] && negative.words.map(\.endMs) == [200])
        for transcript in [reversed, negative] {
            #expect(transcript.warnings.map(\.code) == ["word-times-mended"])
        }
        #expect(
            fault(reader, reader.answer(start: reader.time(86_500_000), end: reader.time(86_500_001))) != nil
        )
    }

    @Test(arguments: readers)
    func `huge texts are cut`(reader: Reader) throws {
        let text = "\"" + String(repeating: "ü", count: 3_000_000) + "\""

        let transcript = try reader.read(reader.answer(text: text))

        #expect(transcript.words.map(\.text.count) == [100])
        #expect(transcript.warnings.map(\.code) == ["word-texts-mended"])
    }

    /// The limit is the collector's own, so two of them are enough.
    @Test(arguments: readers.prefix(2))
    func `as many words as a transcript may have are read, and one more is an error`(reader: Reader) throws {
        #expect(try reader.read(reader.answer(count: 200_000)).words.count == 200_000)
        #expect(fault(reader, reader.answer(count: 200_001)) == "it has more than 200000 words")
    }

    @Test(arguments: readers)
    func `the fixture is read as it is meant`(reader: Reader) throws {
        let transcript = try reader.read(Array(try SpeechBench.fixture(reader.fixture).utf8))

        #expect(transcript.words.map(\.text) == ["Hello,", "world.", "It", "works,", "really!"])
        #expect(transcript.words.map(\.startMs) == [120, 560, 1_500, 1_700, 2_240])
        #expect(transcript.words.map(\.endMs) == [500, 1_000, 1_620, 2_100, 2_800])
        #expect(transcript.warnings.isEmpty)
    }
}

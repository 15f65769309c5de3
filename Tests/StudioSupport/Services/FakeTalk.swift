import Contracts

/// The words of `FakeResults`, in the form of each speech service.
package enum FakeTalk {
    private static var words: [Transcript.Word] { FakeResults.transcript.words }
    private static let durationSeconds = Double(FakeResults.durationMs) / 1_000

    private static func seconds(_ milliseconds: Int) -> String { "\(Double(milliseconds) / 1_000)" }

    private static func list(_ item: (Transcript.Word) -> String) -> String {
        "[\(words.map(item).joined(separator: ", "))]"
    }

    /// Members that a done job adds to its answer.
    package static var assemblyAI: String {
        let words = list { word in
            #"{"text": "\#(word.text)", "start": \#(word.startMs), "end": \#(word.endMs), "confidence": 0.9, "#
                + #""speaker": "A"}"#
        }
        return #""language_code": "en", "audio_duration": \#(durationSeconds), "words": \#(words)"#
    }

    /// A whole result, with `REQUEST_ID` where the request's id stands.
    package static var deepgram: String {
        let words = list { word in
            #"{"word": "\#(word.text)", "start": \#(seconds(word.startMs)), "end": \#(seconds(word.endMs)), "#
                + #""confidence": 0.9, "speaker": 0}"#
        }
        let alternative = #"{"transcript": "", "confidence": 0.9, "words": \#(words)}"#
        return #"{"metadata": {"request_id": "REQUEST_ID", "duration": \#(durationSeconds), "channels": 1}, "#
            + #""results": {"channels": [{"detected_language": "en", "alternatives": [\#(alternative)]}]}}"#
    }

    package static var speechmatics: String {
        let items = list { word in
            #"{"type": "word", "start_time": \#(seconds(word.startMs)), "end_time": \#(seconds(word.endMs)), "#
                + #""alternatives": [{"content": "\#(word.text)", "confidence": 0.9, "language": "en", "#
                + #""speaker": "S1"}]}"#
        }
        return #"{"format": "2.9", "job": {"duration": \#(durationSeconds)}, "results": \#(items)}"#
    }

    package static var revAI: String {
        let elements = list { word in
            #"{"type": "text", "value": "\#(word.text)", "ts": \#(seconds(word.startMs)), "#
                + #""end_ts": \#(seconds(word.endMs)), "confidence": 0.9}"#
        }
        return #"{"monologues": [{"speaker": 0, "elements": \#(elements)}]}"#
    }

    package static var awsTranscribe: String {
        let items = list { word in
            #"{"type": "pronunciation", "start_time": "\#(seconds(word.startMs))", "#
                + #""end_time": "\#(seconds(word.endMs))", "speaker_label": "spk_0", "#
                + #""alternatives": [{"content": "\#(word.text)", "confidence": "0.9"}]}"#
        }
        return #"{"status": "COMPLETED", "results": {"language_code": "en-US", "items": \#(items)}}"#
    }

    /// An answer in the form that has times of words.
    package static var openAIAudio: String {
        let items = list { word in
            #"{"word": "\#(word.text)", "start": \#(seconds(word.startMs)), "end": \#(seconds(word.endMs))}"#
        }
        let text = words.map(\.text).joined(separator: " ")
        return #"{"task": "transcribe", "language": "english", "duration": \#(durationSeconds), "#
            + #""text": "\#(text)", "words": \#(items)}"#
    }
}

package import Contracts
import Foundation

extension ProvidedTranscript {
    /// Reads a file: JSON, WebVTT or SubRip, told apart by how it begins.
    package init(file bytes: [UInt8]) throws(Problem) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.unreadable("it is not UTF-8")
        }
        let start = text.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }
        guard start == "{" else {
            self = try Self.cues(text, pointer: "")
            return
        }
        do {
            self = try WireJSON.decode(ProvidedTranscript.self, from: Data(bytes))
        } catch {
            throw Self.unreadable(Self.reason(error))
        }
    }

    /// Reads subtitles.
    package static func cues(_ text: String, pointer: String) throws(Problem) -> ProvidedTranscript {
        let parser = CueParser(text)
        let faults = parser.faults.prefix(TranscriptIntake.faultsMax)
        guard faults.isEmpty, !parser.cues.isEmpty else {
            let details = faults.isEmpty ? ["no cue has any words"] : Array(faults)
            throw Problem(
                .transcriptInvalid,
                detail: "The subtitles cannot be read: \(details[0]).",
                errors: details.map { Problem.Detail(pointer: pointer, detail: $0) }
            )
        }
        return ProvidedTranscript(sentences: parser.cues, isCues: true)
    }

    private static func unreadable(_ reason: String) -> Problem {
        Problem(.transcriptInvalid, detail: "The file of the transcript cannot be read: \(reason).")
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is not JSON" }
        let context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: DecodingError.Context(codingPath: [], debugDescription: "")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return path.isEmpty
            ? "it is not JSON of a transcript"
            : "a value is missing or of another kind at /"
                + path.joined(separator: "/")
    }
}

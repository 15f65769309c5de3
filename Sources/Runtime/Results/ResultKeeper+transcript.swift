import Contracts
import Pipeline
import Providers
import Speech
import Store

extension ResultKeeper {
    /// Of a language that nobody named.
    private static let unknownLanguage = "und"

    func keep(_ heard: HeardTranscript) async throws -> [TaskReport.Artifact] {
        let audio = try await subject.readPublished(AudioInfo.self, .audioInfo)
        return [try await write(try transcript(heard, audio: audio), .transcript)]
    }

    /// The artifact that a worker would have made of the same words.
    func transcript(_ heard: HeardTranscript, audio: AudioInfo) throws(Problem) -> Transcript {
        let provider = subject.task.provider
        guard !heard.words.isEmpty else {
            throw Problem(.sourceNoSpeech, detail: "Provider '\(provider)' heard no words in the source.")
        }
        let named = heard.language.flatMap { LanguageTag.isValid($0) ? $0 : nil }
        let language = named ?? subject.run.options.language ?? Self.unknownLanguage
        let (given, repairs) = heard.provided(language: language, durationMs: audio.durationMs)
        var intake = TranscriptIntake(
            given,
            pointer: "",
            sourceEndMs: audio.durationMs + ArtifactChecks.durationToleranceMs
        )
        let faults = intake.check()
        if let first = faults.first {
            throw Problem(
                .artifactInvalid,
                detail:
                    "The transcript of provider '\(provider)' cannot be used: \(first.pointer) \(first.detail).",
                errors: Array(faults.prefix(5)),
                retryable: true
            )
        }
        var transcript = intake.transcript(language: language, durationMs: audio.durationMs)
        transcript.model = heard.model
        transcript.warnings += heard.warnings
        if repairs > 0 {
            transcript.warnings.append(
                Warning(
                    code: "transcript-repaired",
                    detail:
                        "\(repairs) words of provider '\(provider)' were out of order, out of the source or "
                        + "unreadable, and were put right or left out."
                )
            )
        }
        if language == Self.unknownLanguage {
            transcript.warnings.append(
                Warning(
                    code: "language-unknown",
                    detail: "Neither the run nor provider '\(provider)' named the language of the source."
                )
            )
        }
        return transcript
    }
}

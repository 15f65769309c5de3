import Artifacts
import Contracts
import Pipeline
import Signatures
import Speech
import Store

/// 02, where the client brought the transcript: no provider is asked.
struct ProvidedTranscriptStage: RuntimeStage {
    let file: ProvidedInput.TranscriptFile

    func identity(_ context: RuntimeContext) -> String { TranscriptIntake.model }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let audio = try await workspace.read(AudioInfo.self, .audioInfo)
        var given = try ProvidedTranscript(file: try await bytes(workspace))
        guard let language = given.language ?? workspace.run.options.language else {
            throw Problem(
                .transcriptInvalid,
                detail: "Neither the transcript nor the run names its language.",
                errors: [Problem.Detail(pointer: "/language", detail: "is required")]
            )
        }
        // What counts as a word depends on it.
        given.language = language
        var intake = TranscriptIntake(
            given,
            pointer: "",
            sourceEndMs: audio.durationMs + ArtifactChecks.durationToleranceMs
        )
        let faults = intake.check()
        if let first = faults.first {
            let more = faults.count > 1 ? "; and \(faults.count - 1) more, see errors" : ""
            throw Problem(
                .transcriptInvalid,
                detail: "\(first.pointer) \(first.detail)\(more).",
                errors: faults
            )
        }
        let transcript = intake.transcript(language: language, durationMs: audio.durationMs)
        try ArtifactChecks.transcript(transcript, audio: audio)
        return StageResult(
            artifacts: [try await workspace.write(transcript, .transcript)],
            warnings: transcript.warnings
        )
    }

    private func bytes(_ workspace: StageWorkspace) async throws -> [UInt8] {
        guard let location = ArtifactLocation(parsing: file.location) else {
            throw Problem(
                .artifactMissing,
                detail: "The transcript has no place in the store.",
                retryable: false
            )
        }
        let bytes = try await workspace.context.artifacts.data(
            location,
            bytesMax: TranscriptIntake.fileBytesMax
        )
        guard SHA256Digest.hex(bytes) == file.sha256 else {
            throw Problem(.artifactInvalid, detail: "The transcript's file is not what was brought any more.")
        }
        return bytes
    }
}

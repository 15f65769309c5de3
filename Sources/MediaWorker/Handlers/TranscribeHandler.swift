import Contracts
import Speech

/// Writes down what is said.
struct TranscribeHandler: TaskHandler {
    private static let audio = "audio.wav"

    /// Nil where the engine is not installed.
    let recognizer: SpeechRecognizer?

    func run(_ context: TaskContext) async throws {
        guard let recognizer else {
            throw Problem(
                .stageFailed,
                detail: "speech recognition is not installed here; scripts/setup does it",
                retryable: false
            )
        }
        let recording = context.task.inputs.first { $0.name == Self.audio }?.sha256
        let speech: RecognizedSpeech
        do {
            speech = try await recognizer.transcribe(
                wavPath: context.input(Self.audio),
                recording: recording,
                language: context.task.parameters.language,
                progress: context.progress(from: 0.02, to: 0.97)
            )
        } catch let error as SpeechError {
            throw Problem(Self.slug(error.code), detail: error.description, retryable: error.isRetryable)
        }
        guard !speech.words.isEmpty else {
            throw Problem(.sourceNoSpeech, detail: "nobody speaks in the source")
        }
        context.warn(speech.warnings)
        try await context.upload(ArtifactName("transcript"), json: Transcript(speech))
        if let recording { recognizer.forget(recording: recording) }
    }

    private static func slug(_ code: SpeechError.Code) -> Problem.Slug {
        switch code {
        case .audioInvalid: .artifactInvalid
        case .languageUnsupported: .invalidRequest
        case .engineUnavailable, .engineFailed, .timedOut, .stopped: .stageFailed
        }
    }
}

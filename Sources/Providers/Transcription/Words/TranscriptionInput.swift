import Contracts

/// What an adapter for transcription needs of a task.
struct TranscriptionInput: Sendable, Hashable {
    let audio: ProviderTask.Input
    /// BCP 47, nil to detect.
    let language: String?
    let tag: String
    let callbackURL: String

    /// Throws for a task that is none of speech.
    init(_ task: ProviderTask, provider: String) throws(Problem) {
        guard task.kind == .transcribe, let audio = task.inputs.first(where: { $0.name.hasPrefix("audio.") })
        else {
            throw Problem(
                .providerRefused,
                detail: "Provider '\(provider)' only transcribes audio.",
                retryable: false
            )
        }
        self.audio = audio
        language = task.parameters.language
        tag = TaskTag.text(taskId: task.taskId, attempt: task.attempt)
        callbackURL = task.callbackUrl
    }

    /// The callback's address with this attempt in it, where the provider keeps no other note of ours.
    var taggedCallbackURL: String { TaskTag.added(tag, to: callbackURL) }
}

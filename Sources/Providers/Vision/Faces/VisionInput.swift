import Contracts
import Foundation

/// What an adapter for vision needs of a task.
struct VisionInput: Sendable, Hashable {
    struct Clip: Sendable, Hashable {
        let media: ClipMedia
        let file: ProviderTask.Input
    }

    let clips: [Clip]
    /// The whole source, which the clips were cut from; nil where it is not kept any more.
    let source: ProviderTask.Input?
    let name: String
    let callbackURL: String
    let deadline: Date

    /// Throws for a task that does not look for faces.
    init(_ task: ProviderTask, provider: String) throws(Problem) {
        guard task.kind == .framing, let media = task.parameters.clips, !media.isEmpty else {
            throw Problem(
                .providerRefused,
                detail: "Provider '\(provider)' only looks for faces in clips.",
                retryable: false
            )
        }
        let files = Dictionary(task.inputs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var clips: [Clip] = []
        for clip in media {
            guard let file = files["clip-media/\(clip.clip).mp4"] else {
                throw Problem(
                    .artifactMissing,
                    detail: "The file of '\(clip.clip)' is not there.",
                    retryable: false
                )
            }
            clips.append(Clip(media: clip, file: file))
        }
        self.clips = clips
        source = files["media.mp4"]
        name = Self.name(taskId: task.taskId, attempt: task.attempt)
        callbackURL = task.callbackUrl
        deadline = task.deadline
    }

    /// One attempt of a task, in letters, digits, `-` and `_`.
    static func name(taskId: String, attempt: Int) -> String { "\(taskId)-\(attempt)" }

    /// The attempt that such a name is of.
    static func attempt(ofName name: String) -> Int? { TaskTag.attempt(in: name, after: "-") }

    static func name(of task: TaskReference) -> String { name(taskId: task.taskId, attempt: task.attempt) }
}

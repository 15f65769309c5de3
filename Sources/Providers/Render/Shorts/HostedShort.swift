import Contracts

/// What an adapter for rendering needs of a task: one short, in one ratio or more.
struct HostedShort: Sendable {
    static let canvasesMax = AspectRatio.allCases.count

    let short: Composition.Short
    let clip: ProviderTask.Input
    /// By the digest of the picture.
    let images: [String: ProviderTask.Input]
    let music: ProviderTask.Input?
    let tag: String
    let callbackURL: String

    /// Throws for a task that is no render, or whose files are not all there.
    init(_ task: ProviderTask, provider: String) throws(Problem) {
        guard task.kind == .render, task.outputId != nil, let short = task.parameters.short else {
            throw Self.refusal("Provider '\(provider)' only renders shorts.")
        }
        let ratios = Set(short.canvases.map(\.aspectRatio))
        guard (1...Self.canvasesMax).contains(short.canvases.count), ratios.count == short.canvases.count
        else { throw Self.refusal("A short needs one canvas or more, each of another ratio.") }
        guard let clip = task.inputs.first(where: { $0.name == "clip-media/\(short.clip).mp4" }) else {
            throw Self.refusal("The task has no file of clip '\(short.clip)'.")
        }
        var images: [String: ProviderTask.Input] = [:]
        var music: ProviderTask.Input?
        for asset in short.assets {
            guard let file = task.inputs.first(where: { $0.name == asset.inputName }) else {
                throw Self.refusal(
                    "The task has no file of the style's \(asset.kind.rawValue) \(asset.sha256)."
                )
            }
            switch asset.kind {
            case .picture: images[asset.sha256] = file
            case .sound: music = file
            }
        }
        self.short = short
        self.clip = clip
        self.images = images
        self.music = music
        tag = TaskTag.text(taskId: task.taskId, attempt: task.attempt)
        callbackURL = task.callbackUrl
    }

    /// The callback's address with the render in it, and how many the task has, where the provider keeps no other note of
    /// ours.
    func callbackURL(for ratio: AspectRatio) -> String {
        "\(TaskTag.added(tag, to: callbackURL))&ratio=\(ratio.slug)&of=\(short.canvases.count)"
    }

    private static func refusal(_ detail: String) -> Problem {
        Problem(.providerRefused, detail: detail, retryable: false)
    }
}

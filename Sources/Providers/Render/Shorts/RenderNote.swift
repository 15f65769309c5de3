import Contracts

/// What the address of a callback says of the render that it is about: `task=tsk_1.1&ratio=9x16&of=3`.
struct RenderNote: Sendable, Hashable {
    let ratio: AspectRatio
    /// Renders of the task.
    let count: Int
    /// The task and its attempt.
    let tag: String

    var query: String { "task=\(tag)&ratio=\(ratio.slug)&of=\(count)" }

    init(ratio: AspectRatio, count: Int, tag: String) {
        self.ratio = ratio
        self.count = count
        self.tag = tag
    }

    init?(_ query: CallbackQuery) {
        guard let tag = query["task"], let ratio = query["ratio"].flatMap(AspectRatio.init(slug:)),
            let count = query["of"].flatMap(Int.init), (1...HostedShort.canvasesMax).contains(count)
        else { return nil }
        self.init(ratio: ratio, count: count, tag: tag)
    }

    /// The id of its task, where `id` is that of the render.
    ///
    /// A task of several renders has no id before all of them have.
    func externalId(_ id: String?) -> String? {
        guard count == 1, let id else { return nil }
        return RenderIds([RenderIds.Render(ratio: ratio, id: id)])?.text
    }
}

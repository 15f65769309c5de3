import Contracts

/// Runs the same work for each clip of a task, two clips at a time.
struct ClipWork: Sendable {
    private static let clipsAtOnce = 2
    static let clipsMax = 250

    let context: TaskContext

    /// Names of the clips whose media the task reads.
    func clips() throws(Problem) -> [String] {
        let prefix = "clip-media/"
        let names = context.inputNames(prefix: prefix, suffix: ".json")
        let clips = names.map { String($0.dropFirst(prefix.count).dropLast(".json".count)) }
        guard !clips.isEmpty else {
            throw Problem(.artifactMissing, detail: "the task has no clips", retryable: false)
        }
        return clips
    }

    func each<Item: Sendable>(
        _ items: [Item],
        _ body: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var ended = 0
            for (index, item) in items.enumerated() {
                if index >= Self.clipsAtOnce {
                    try await group.next()
                    ended += 1
                    context.progress(Double(ended) / Double(items.count))
                }
                group.addTask { try await body(item) }
            }
            for try await _ in group {
                ended += 1
                context.progress(Double(ended) / Double(items.count))
            }
        }
    }
}

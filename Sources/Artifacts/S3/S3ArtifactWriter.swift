import Threads

/// Writes one file of an S3 store: spooled and hashed first, sent when it is published.
final class S3ArtifactWriter: ArtifactWriter {
    private let content: StagedContent
    private let sender: S3Sender
    private let pool: ThreadPool

    init(_ content: StagedContent, sender: S3Sender, pool: ThreadPool) {
        self.content = content
        self.sender = sender
        self.pool = pool
    }

    func append(_ bytes: [UInt8]) async throws {
        try await pool.run { try self.content.add(bytes) }
    }

    func seal() async throws -> StoredContent {
        try await pool.run { try self.content.close() }
    }

    func publish(to location: ArtifactLocation) async throws -> StoredContent {
        let stored = try await sender.send(content, to: location.path)
        await discard()
        return stored
    }

    func discard() async {
        try? await pool.run { self.content.file.remove() }
    }
}

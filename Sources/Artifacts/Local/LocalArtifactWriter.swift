import Foundation
import Glibc
import Threads

/// Writes one file of a local store.
final class LocalArtifactWriter: ArtifactWriter {
    private let content: StagedContent
    private let root: String
    private let pool: ThreadPool

    init(_ content: StagedContent, root: String, pool: ThreadPool) {
        self.content = content
        self.root = root
        self.pool = pool
    }

    func append(_ bytes: [UInt8]) async throws {
        try await pool.run { try self.content.add(bytes) }
    }

    func seal() async throws -> StoredContent {
        try await pool.run { try self.close() }
    }

    func publish(to location: ArtifactLocation) async throws -> StoredContent {
        try await pool.run {
            let content = try self.close()
            let folder = location.path.split(separator: "/").dropLast().joined(separator: "/")
            try FileOperations.makeFolders(folder, below: self.root)
            try self.content.file.rename(to: "\(self.root)/\(location.path)")
            try FileOperations.syncFolder("\(self.root)/\(folder)")
            return content
        }
    }

    func discard() async {
        try? await pool.run { self.content.file.remove() }
    }

    private func close() throws -> StoredContent {
        let content = try content.close()
        try FileOperations.sync(self.content.file.descriptor)
        return content
    }
}

import Foundation
import Glibc
import Signatures
import Threads

/// Writes one file of a local store, hashing on the way.
final class LocalArtifactWriter: ArtifactWriter {
    private struct State {
        var digest = SHA256Digest()
        var sizeBytes: Int64 = 0
        var content: StoredContent?
        var isFailed = false
    }

    private let file: LocalStagedFile
    private let root: String
    private let bytesMax: Int64
    private let pool: ThreadPool
    // One caller at a time adds bytes, so nobody ever waits for this lock while the disk is busy.
    private let state = Locked(State())

    init(file: LocalStagedFile, root: String, bytesMax: Int64, pool: ThreadPool) {
        self.file = file
        self.root = root
        self.bytesMax = bytesMax
        self.pool = pool
    }

    func append(_ bytes: [UInt8]) async throws {
        try await pool.run { try self.add(bytes) }
    }

    func seal() async throws -> StoredContent {
        try await pool.run { try self.close() }
    }

    func publish(to location: ArtifactLocation) async throws -> StoredContent {
        try await pool.run {
            let content = try self.close()
            let folder = location.path.split(separator: "/").dropLast().joined(separator: "/")
            try FileOperations.makeFolders(folder, below: self.root)
            try self.file.rename(to: "\(self.root)/\(location.path)")
            try FileOperations.syncFolder("\(self.root)/\(folder)")
            return content
        }
    }

    func discard() async {
        try? await pool.run { self.file.remove() }
    }

    /// Hashes what another writer, such as a download, put into the file.
    func takeIn(chunkBytes: Int) async throws {
        try await pool.run {
            var offset: Int64 = 0
            while true {
                let bytes = try FileOperations.read(self.file.descriptor, offset: offset, count: chunkBytes)
                offset += Int64(bytes.count)
                try self.count(bytes)
                if bytes.count < chunkBytes { return }
            }
        }
    }

    private func add(_ bytes: [UInt8]) throws {
        try count(bytes)
        do {
            try FileOperations.writeAll(file.descriptor, bytes)
        } catch {
            state.withLock { $0.isFailed = true }
            throw error
        }
    }

    private func count(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            guard state.content == nil, !state.isFailed else {
                throw ArtifactError(.closed, "the file takes no more bytes")
            }
            guard state.sizeBytes + Int64(bytes.count) <= bytesMax else {
                state.isFailed = true
                throw ArtifactError(.tooLarge, "the content is larger than the \(bytesMax) bytes allowed")
            }
            state.sizeBytes += Int64(bytes.count)
            state.digest.update(bytes)
        }
    }

    private func close() throws -> StoredContent {
        let content = try state.withLock { state in
            guard !state.isFailed else { throw ArtifactError(.closed, "the file was not written to its end") }
            let content =
                state.content
                ?? StoredContent(sha256: state.digest.finishHex(), sizeBytes: state.sizeBytes)
            state.content = content
            return content
        }
        try FileOperations.sync(file.descriptor)
        return content
    }
}

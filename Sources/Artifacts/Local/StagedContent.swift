import Signatures
import Threads

/// A staged file that is being filled, hashed on the way.
final class StagedContent: Sendable {
    private struct State {
        var digest = SHA256Digest()
        var sizeBytes: Int64 = 0
        var content: StoredContent?
        var isFailed = false
    }

    private static let chunkBytes = 256 << 10

    let file: LocalStagedFile
    private let bytesMax: Int64
    // One caller at a time adds bytes, so nobody ever waits for this lock while the disk is busy.
    private let state = Locked(State())

    init(file: LocalStagedFile, bytesMax: Int64) {
        self.file = file
        self.bytesMax = bytesMax
    }

    func add(_ bytes: [UInt8]) throws {
        try count(bytes)
        do {
            try FileOperations.writeAll(file.descriptor, bytes)
        } catch {
            state.withLock { $0.isFailed = true }
            throw error
        }
    }

    /// Hashes what is in the file.
    func takeIn() throws {
        var offset: Int64 = 0
        while true {
            let bytes = try FileOperations.read(file.descriptor, offset: offset, count: Self.chunkBytes)
            offset += Int64(bytes.count)
            try count(bytes)
            if bytes.count < Self.chunkBytes { return }
        }
    }

    /// Ends the filling.
    func close() throws -> StoredContent {
        try state.withLock { state in
            guard !state.isFailed else { throw ArtifactError(.closed, "the file was not written to its end") }
            let content =
                state.content
                ?? StoredContent(sha256: state.digest.finishHex(), sizeBytes: state.sizeBytes)
            state.content = content
            return content
        }
    }

    /// The SHA-256 of one part of the file.
    func digest(of range: Range<Int64>) throws -> [UInt8] {
        let digest = SHA256Digest()
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = Int(min(Int64(Self.chunkBytes), range.upperBound - offset))
            let bytes = try FileOperations.read(file.descriptor, offset: offset, count: count)
            guard bytes.count == count else { throw ArtifactError(.ioFailed, "a staged file became shorter") }
            digest.update(bytes)
            offset += Int64(count)
        }
        return digest.finish()
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
}

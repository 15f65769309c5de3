import Foundation
import Signatures

/// Size and SHA-256 of a file.
struct FileDigest: Sendable, Hashable {
    private static let chunkBytes = 1 << 20

    let sha256: String
    let sizeBytes: Int64

    /// Reads the whole file; it blocks.
    static func sha256(of path: String, cancel: () -> Bool = { false }) throws -> FileDigest {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        let digest = SHA256Digest()
        var size: Int64 = 0
        while let chunk = try file.read(upToCount: chunkBytes), !chunk.isEmpty {
            if cancel() { throw CancellationError() }
            digest.update(chunk)
            size += Int64(chunk.count)
        }
        return FileDigest(sha256: digest.finishHex(), sizeBytes: size)
    }
}

import Glibc
import Threads

/// One open file that is being read; each piece is read where the last one ended.
actor LocalArtifactReader {
    private let descriptor: Int32
    private var offset: Int64
    private let end: Int64
    private let location: ArtifactLocation

    init(descriptor: Int32, range: Range<Int64>, location: ArtifactLocation) {
        self.descriptor = descriptor
        offset = range.lowerBound
        end = range.upperBound
        self.location = location
    }

    deinit { close(descriptor) }

    /// The next bytes, nil at the end.
    func next(chunkBytes: Int, on pool: ThreadPool) async throws -> [UInt8]? {
        guard offset < end else { return nil }
        let count = Int(min(Int64(chunkBytes), end - offset))
        let (descriptor, start) = (descriptor, offset)
        offset += Int64(count)
        let bytes = try await pool.run {
            try FileOperations.read(descriptor, offset: start, count: count)
        }
        guard bytes.count == count else {
            throw ArtifactError(.ioFailed, "'\(location)' became shorter while it was read")
        }
        return bytes
    }
}

/// The part of a file that is sent as a body.
final class UploadFile {
    private let file: OpenFile
    private let start: Int64
    private var left: Int64

    let sizeBytes: Int64

    /// Nil when there is no such file, or not so much of it; without a range it is all of the file.
    init?(_ source: UploadSource) {
        guard let file = OpenFile.reading(source.path), let fileBytes = file.sizeBytes else { return nil }
        let range = source.range ?? 0..<fileBytes
        guard range.lowerBound >= 0, range.upperBound <= fileBytes, file.seek(to: range.lowerBound) else {
            return nil
        }
        self.file = file
        start = range.lowerBound
        sizeBytes = range.upperBound - range.lowerBound
        left = sizeBytes
    }

    /// Reads into `buffer`; 0 at the end of the part, negative on failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let room = Int(min(Int64(buffer.count), left))
        guard room > 0 else { return 0 }
        let count = unsafe file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
        if count > 0 { left -= Int64(count) }
        return count
    }

    /// Goes to `offset` within the part.
    func seek(to offset: Int64) -> Bool {
        guard (0...sizeBytes).contains(offset), file.seek(to: start + offset) else { return false }
        left = sizeBytes - offset
        return true
    }
}

/// Which bytes of which file a request sends.
struct UploadSource: Sendable {
    let path: String
    let range: Range<Int64>?
}

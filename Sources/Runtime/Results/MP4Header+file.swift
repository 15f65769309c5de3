import Foundation

extension MP4Header {
    /// Boxes at the top of a file; a fragmented one has many.
    private static let topBoxesMax = 1_000

    /// Reads the headers of a file; nil where it is no MP4 file that they can be read of.
    static func read(path: String) -> MP4Header? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let end = try? file.seekToEnd() else { return nil }
        var at: UInt64 = 0
        for _ in 0..<topBoxesMax {
            guard at + 8 <= end, let head = bytes(file, at: at, count: 16), head.count >= 8 else {
                return nil
            }
            var (length, headLength) = (number(head[0..<4]), UInt64(8))
            if length == 1 {
                guard head.count == 16 else { return nil }
                (length, headLength) = (number(head[8..<16]), 16)
            } else if length == 0 {
                length = end - at
            }
            guard length >= headLength, length <= end - at else { return nil }
            if head[4..<8].elementsEqual("moov".utf8) {
                guard length <= UInt64(moovBytesMax),
                    let moov = bytes(file, at: at + headLength, count: Int(length - headLength))
                else { return nil }
                return MP4Header(moov: moov)
            }
            at += length
        }
        return nil
    }

    private static func bytes(_ file: FileHandle, at offset: UInt64, count: Int) -> [UInt8]? {
        guard (try? file.seek(toOffset: offset)) != nil else { return nil }
        return (try? file.read(upToCount: count)).flatMap(\.self).map { [UInt8]($0) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

import Foundation

/// Big-endian numbers of a font file; nil beyond its end.
struct FontBytes: Sendable {
    private let data: Data

    /// The file stays on the disk: only pages that are looked at are read.
    init?(path: String) {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            return nil
        }
        self.data = data
    }

    func u8(_ offset: Int) -> Int? {
        offset >= 0 && offset < data.count ? Int(data[data.startIndex + offset]) : nil
    }

    func u16(_ offset: Int) -> Int? {
        guard offset >= 0, offset + 2 <= data.count else { return nil }
        let start = data.startIndex + offset
        return Int(data[start]) << 8 | Int(data[start + 1])
    }

    func i16(_ offset: Int) -> Int? { u16(offset).map { $0 >= 0x8000 ? $0 - 0x1_0000 : $0 } }

    func u32(_ offset: Int) -> Int? {
        guard let high = u16(offset), let low = u16(offset + 2) else { return nil }
        return high << 16 | low
    }

    func tag(_ offset: Int) -> String? {
        let bytes = (0..<4).compactMap { u8(offset + $0) }
        return bytes.count == 4 ? String(bytes.map { Character(Unicode.Scalar(UInt8($0))) }) : nil
    }
}

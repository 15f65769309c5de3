import Glibc

/// A 16 bit mono WAV file, read in pieces.
@safe
package final class WaveFile {
    private static let headBytesMax = 1 << 16

    package let sampleRate: Int
    package let sampleCount: Int
    private let dataOffset: Int
    @unsafe private let file: UnsafeMutablePointer<FILE>

    /// Opens the file at `path`.
    package init(path: String) throws(MediaError) {
        let head = try FileBytes.read(path, maxBytes: Self.headBytesMax)
        let layout = try Self.parse(head)
        let fileBytes = try FileSniff.regularFileBytes(path)
        guard let file = unsafe fopen(path, "rb") else {
            throw MediaError(.io, "a sound file cannot be opened: \(LibavCall.text(of: -errno))")
        }
        unsafe self.file = unsafe file
        sampleRate = layout.sampleRate
        dataOffset = layout.dataOffset
        sampleCount = min(layout.dataBytes, fileBytes - layout.dataOffset) / 2
    }

    deinit { unsafe fclose(file) }

    package var durationMs: Int { sampleCount * 1_000 / sampleRate }

    /// The samples of `range`, which is cut to what the file holds.
    package func read(_ range: Range<Int>) throws(MediaError) -> [Int16] {
        let bounded = range.clamped(to: 0..<sampleCount)
        if bounded.isEmpty { return [] }
        guard unsafe fseek(file, dataOffset + bounded.lowerBound * 2, SEEK_SET) == 0 else {
            throw MediaError(.io, "a sound file cannot be read: \(LibavCall.text(of: -errno))")
        }
        var samples = [Int16](repeating: 0, count: bounded.count)
        let count = unsafe samples.withUnsafeMutableBytes {
            unsafe fread($0.baseAddress, 2, bounded.count, file)
        }
        guard count == bounded.count else { throw MediaError(.io, "a sound file ends too early") }
        return samples
    }

    private struct Layout {
        var sampleRate = 0
        var dataOffset = 0
        var dataBytes = 0
    }

    private static func parse(_ head: [UInt8]) throws(MediaError) -> Layout {
        let refusal = MediaError(.unsupported, "not a 16 bit mono WAV file")
        guard head.count >= 44, head.starts(with: Array("RIFF".utf8)), head[8..<12].elementsEqual("WAVE".utf8)
        else {
            throw refusal
        }
        var layout = Layout()
        var offset = 12
        while offset + 8 <= head.count {
            let name = head[offset..<offset + 4]
            let size = number(head, offset + 4, 4)
            if name.elementsEqual("fmt ".utf8) {
                guard offset + 24 <= head.count, number(head, offset + 8, 2) == 1,
                    number(head, offset + 10, 2) == 1,
                    number(head, offset + 22, 2) == 16
                else { throw refusal }
                layout.sampleRate = number(head, offset + 12, 4)
            } else if name.elementsEqual("data".utf8) {
                layout.dataOffset = offset + 8
                layout.dataBytes = size
                guard layout.sampleRate > 0 else { throw refusal }
                return layout
            }
            offset += 8 + size + size % 2
        }
        throw refusal
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
    }
}

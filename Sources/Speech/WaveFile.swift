import Foundation

/// A wav file of 16 kHz mono speech with 16 bits, read in pieces.
struct WaveFile: Sendable {
    static let sampleRate = 16_000
    static let bytesPerSample = 2
    static let durationMsMax = 24 * 3600 * 1000
    private static let chunksMax = 64
    private static let readBytes = 1 << 20

    let path: String
    /// Where the samples begin.
    let dataOffset: Int
    let sampleCount: Int

    var durationMs: Int { sampleCount / (Self.sampleRate / 1000) }

    /// Reads the header; what it claims is checked against the file's size.
    init(path: String) throws(SpeechError) {
        self.path = path
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            let size = Int(try file.seekToEnd())
            (dataOffset, sampleCount) = try Self.data(in: file, size: size)
        } catch let error as SpeechError {
            throw error
        } catch {
            throw SpeechError(.audioInvalid, "the audio cannot be read: \(error.localizedDescription)")
        }
        guard durationMs <= Self.durationMsMax else {
            throw SpeechError(.audioInvalid, "the audio is longer than 24 hours")
        }
    }

    /// The byte at which a millisecond begins.
    func offset(ofMs timeMs: Int) -> Int {
        dataOffset + min(timeMs * (Self.sampleRate / 1000), sampleCount) * Self.bytesPerSample
    }

    /// Measures the whole file, a mebibyte at a time.
    func energy() throws(SpeechError) -> EnergyCurve {
        let frameBytes = Self.sampleRate / 1000 * EnergyCurve.frameMs * Self.bytesPerSample
        var frames: [Float] = []
        frames.reserveCapacity(sampleCount * Self.bytesPerSample / frameBytes + 1)
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(dataOffset))
            var remaining = sampleCount * Self.bytesPerSample
            while remaining > 0 {
                let wanted = min(remaining, Self.readBytes / frameBytes * frameBytes)
                guard let block = try file.read(upToCount: wanted), block.count == wanted else {
                    throw SpeechError(.audioInvalid, "the audio ends before its time")
                }
                block.withUnsafeBytes { bytes in
                    for start in stride(from: 0, to: bytes.count, by: frameBytes) {
                        frames.append(Self.levelDb(bytes, start..<min(start + frameBytes, bytes.count)))
                    }
                }
                remaining -= wanted
            }
        } catch let error as SpeechError {
            throw error
        } catch {
            throw SpeechError(.audioInvalid, "the audio cannot be read: \(error.localizedDescription)")
        }
        return EnergyCurve(framesDb: frames)
    }

    private static func levelDb(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Float {
        var sum: Int64 = 0
        var index = range.lowerBound
        while index + 1 < range.upperBound {
            let low = UInt16(bytes[index])
            let high = UInt16(bytes[index + 1])
            let sample = Int64(Int16(bitPattern: low | high << 8))
            sum += sample * sample
            index += bytesPerSample
        }
        guard sum > 0 else { return EnergyCurve.floorDb }
        let mean = Double(sum) / Double(range.count / bytesPerSample)
        return max(EnergyCurve.floorDb, Float(10 * log10(mean / (32768 * 32768))))
    }

    /// Walks the chunks up to the samples.
    private static func data(in file: FileHandle, size: Int) throws -> (offset: Int, samples: Int) {
        let wrong = SpeechError(.audioInvalid, "the audio is not a wav file of 16 kHz, mono, 16 bits")
        var offset = 12
        let riff = try bytes(of: file, at: 0, count: 12)
        guard riff.count == 12, tag(riff, 0) == "RIFF", tag(riff, 8) == "WAVE" else { throw wrong }
        var formatIsRight = false
        for _ in 0..<chunksMax {
            let header = try bytes(of: file, at: offset, count: 8)
            guard header.count == 8 else { throw wrong }
            let length = number(header, 4, 4)
            offset += 8
            if tag(header, 0) == "fmt " {
                let format = try bytes(of: file, at: offset, count: 26)
                guard length >= 16, format.count >= 16 else { throw wrong }
                // 0xFFFE: the kind of samples stands in the extension.
                let kind = number(format, 0, 2)
                let isPCM = kind == 1 || (kind == 0xFFFE && format.count == 26 && number(format, 24, 2) == 1)
                formatIsRight =
                    isPCM && number(format, 2, 2) == 1 && number(format, 4, 4) == sampleRate
                    && number(format, 14, 2) == 16
            } else if tag(header, 0) == "data" {
                guard formatIsRight else { throw wrong }
                // A writer that could not seek back leaves the length at its largest value.
                return (offset, min(length, max(0, size - offset)) / bytesPerSample)
            }
            offset += length + length % 2
            guard offset <= size else { throw wrong }
        }
        throw wrong
    }

    private static func bytes(of file: FileHandle, at offset: Int, count: Int) throws -> [UInt8] {
        try file.seek(toOffset: UInt64(offset))
        return [UInt8](try file.read(upToCount: count) ?? Data())
    }

    private static func tag(_ bytes: [UInt8], _ offset: Int) -> String {
        String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}

/// Where the samples of a wav file lie: the 16 kHz mono speech with 16 bits that the pipeline makes.
struct WaveHeader: Sendable, Hashable {
    static let sampleRate = 16_000
    static let sampleBytes = 2
    static let bytesPerMs = sampleRate / 1_000 * sampleBytes
    /// All that comes before the samples has to lie within this.
    static let headBytesMax = 64 << 10
    private static let chunksMax = 64

    /// The byte of the file where the samples begin.
    let dataStart: Int64
    let dataBytes: Int64

    var durationMs: Int { Int(dataBytes) / Self.bytesPerMs }

    /// Reads the beginning of a file of so many bytes.
    init(head: [UInt8], fileBytes: Int64) throws(AnswerFault) {
        let wrong = AnswerFault("the audio is not a wav file of 16 kHz, mono, 16 bits")
        guard head.count >= 12, Self.tag(head, 0) == "RIFF", Self.tag(head, 8) == "WAVE" else { throw wrong }
        var offset = 12
        var isFormatRight = false
        for _ in 0..<Self.chunksMax {
            guard offset + 8 <= head.count else { throw wrong }
            let length = Self.number(head, offset + 4, 4)
            let body = offset + 8
            switch Self.tag(head, offset) {
            case "fmt ":
                guard length >= 16, body + 16 <= head.count else { throw wrong }
                // 0xFFFE: the kind of samples stands in the extension.
                let kind = Self.number(head, body, 2)
                let isPCM =
                    kind == 1
                    || (kind == 0xFFFE && length >= 26 && body + 26 <= head.count
                        && Self.number(head, body + 24, 2) == 1)
                isFormatRight =
                    isPCM && Self.number(head, body + 2, 2) == 1
                    && Self.number(head, body + 4, 4) == Self.sampleRate
                    && Self.number(head, body + 14, 2) == 16
            case "data":
                guard isFormatRight else { throw wrong }
                // A writer that could not seek back leaves the length at its largest value.
                let there = max(0, fileBytes - Int64(body))
                dataStart = Int64(body)
                dataBytes = min(Int64(length), there) / Int64(Self.sampleBytes) * Int64(Self.sampleBytes)
                return
            default: break
            }
            offset = body + length + length % 2
        }
        throw wrong
    }

    /// The header of a file of its own with so many bytes of samples.
    static func make(dataBytes: Int) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        return Array("RIFF".utf8) + little(36 + dataBytes, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
            + little(1, 2) + little(1, 2) + little(sampleRate, 4) + little(sampleRate * sampleBytes, 4)
            + little(sampleBytes, 2) + little(16, 2) + Array("data".utf8) + little(dataBytes, 4)
    }

    private static func tag(_ bytes: [UInt8], _ offset: Int) -> String {
        String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }
}

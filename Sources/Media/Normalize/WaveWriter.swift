import Glibc

/// A 16 bit mono WAV file being written; deleted again if it is dropped before `finish`.
@safe
final class WaveWriter {
    private let path: String
    private let sampleRate: Int
    @unsafe private var file: UnsafeMutablePointer<FILE>?
    private(set) var sampleCount = 0
    private var isFinished = false

    init(path: String, sampleRate: Int) throws(MediaError) {
        self.path = path
        self.sampleRate = sampleRate
        unsafe file = unsafe fopen(path, "wb")
        guard unsafe file != nil else { throw Self.failure() }
        try write(header)
    }

    deinit {
        if let file = unsafe file { unsafe fclose(file) }
        if !isFinished { FileBytes.remove(path) }
    }

    func append(_ samples: [Int16]) throws(MediaError) {
        guard let file = unsafe file else { throw Self.failure() }
        let written = unsafe samples.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        guard written == samples.count * 2 else { throw Self.failure() }
        sampleCount += samples.count
    }

    /// Writes the final sizes and closes the file.
    func finish() throws(MediaError) {
        guard let file = unsafe file else { throw Self.failure() }
        guard unsafe fseek(file, 0, SEEK_SET) == 0 else { throw Self.failure() }
        try write(header)
        unsafe self.file = nil
        guard unsafe fclose(file) == 0 else { throw Self.failure() }
        isFinished = true
    }

    private var header: [UInt8] {
        let dataBytes = UInt32(clamping: sampleCount * 2)
        return Array("RIFF".utf8) + Self.bytes(UInt32(clamping: sampleCount * 2 + 36))
            + Array("WAVEfmt ".utf8)
            + Self.bytes(UInt32(16)) + Self.bytes(UInt16(1)) + Self.bytes(UInt16(1))
            + Self.bytes(UInt32(sampleRate)) + Self.bytes(UInt32(sampleRate * 2)) + Self.bytes(UInt16(2))
            + Self.bytes(UInt16(16)) + Array("data".utf8) + Self.bytes(dataBytes)
    }

    private func write(_ bytes: [UInt8]) throws(MediaError) {
        guard let file = unsafe file else { throw Self.failure() }
        let written = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        guard written == bytes.count else { throw Self.failure() }
    }

    private static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<(Value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    private static func failure() -> MediaError {
        MediaError(.io, "a sound file cannot be written: \(LibavCall.text(of: -errno))")
    }
}

import Foundation

@testable import Speech

/// The folder that holds Package.swift.
let repositoryRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// What `scripts/setup` puts in place; without it the tests of the engine fail.
let vendorDirectory =
    ProcessInfo.processInfo.environment["REELGATE_VENDOR_DIR"]
    ?? repositoryRoot.appending(path: ".vendor").path

/// A folder that is removed with its last owner.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "speech-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }
}

/// The samples of a LibriVox reading (public domain) of Shakespeare's first sonnet: the number and two lines.
func sonnetSamples() throws -> [Int16] {
    let file = repositoryRoot.appending(path: "Tests/Fixtures/sonnet-1.wav")
    let wave = try WaveFile(path: file.path)
    let bytes = [UInt8](try Data(contentsOf: file))[wave.dataOffset...]
    return stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
        Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
    }
}

/// Writes a wav file of 16 kHz, mono, 16 bits and gives its path.
func writeWave(_ samples: [Int16], in folder: ScratchFolder, name: String = "audio.wav") throws -> String {
    let file = folder.url.appending(path: name)
    try Data(
        waveHeader(sampleBytes: samples.count * 2) + samples.flatMap { bytes(of: UInt16(bitPattern: $0), 2) }
    )
    .write(to: file)
    return file.path
}

func waveHeader(
    sampleBytes: Int,
    kind: Int = 1,
    channels: Int = 1,
    rate: Int = 16_000,
    bits: Int = 16
) -> [UInt8] {
    Array("RIFF".utf8) + bytes(of: 36 + sampleBytes, 4) + Array("WAVEfmt ".utf8) + bytes(of: 16, 4)
        + bytes(of: kind, 2) + bytes(of: channels, 2) + bytes(of: rate, 4)
        + bytes(of: rate * channels * bits / 8, 4) + bytes(of: channels * bits / 8, 2) + bytes(of: bits, 2)
        + Array("data".utf8) + bytes(of: sampleBytes, 4)
}

func bytes(of number: some BinaryInteger, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

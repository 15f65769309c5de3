import Foundation
import Testing

@testable import Speech

@Suite struct WaveFileTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func open(_ bytes: [UInt8]) throws -> WaveFile {
        let file = folder.url.appending(path: "audio.wav")
        try Data(bytes).write(to: file)
        return try WaveFile(path: file.path)
    }

    @Test func `the level of a tone is measured and silence lies on the floor`() throws {
        let tone = (0..<16_000).map { Int16(16384 * sin(2 * .pi * 400 * Double($0) / 16_000)) }
        let samples = tone + [Int16](repeating: 0, count: 16_000)

        let wave = try WaveFile(path: try writeWave(samples, in: folder))
        let curve = try wave.energy()

        #expect(wave.durationMs == 2000 && curve.durationMs == 2000)
        #expect(abs(curve.framesDb[50] + 9) < 0.2)
        #expect(curve.framesDb[150] == EnergyCurve.floorDb)
    }

    @Test func `a header that could not be finished is bounded by the file`() throws {
        var bytes = waveHeader(sampleBytes: 0) + [UInt8](repeating: 1, count: 3201)
        bytes.replaceSubrange(40..<44, with: [255, 255, 255, 255])

        #expect(try open(bytes).sampleCount == 1600)
    }

    @Test func `other chunks before the samples are passed over`() throws {
        let plain = waveHeader(sampleBytes: 4)
        let list = Array("LIST".utf8) + bytes(of: 3, 4) + [1, 2, 3, 0]

        let wave = try open(Array(plain[..<36]) + list + Array(plain[36...]) + [1, 2, 3, 4])

        #expect(wave.sampleCount == 2 && wave.dataOffset == 56)
    }

    @Test(arguments: [
        waveHeader(sampleBytes: 0, channels: 2), waveHeader(sampleBytes: 0, rate: 44_100),
        waveHeader(sampleBytes: 0, bits: 8), waveHeader(sampleBytes: 0, kind: 3),
        [], Array("RIFF".utf8), Array("<!doctype html><html></html> and more".utf8),
    ])
    func `what is not 16 kHz mono with 16 bits is refused`(bytes: [UInt8]) {
        let error = #expect(throws: SpeechError.self) { try open(bytes) }
        #expect(error?.code == .audioInvalid)
    }

    @Test func `a missing file is an error, not a crash`() {
        #expect(throws: SpeechError.self) { try WaveFile(path: "/nowhere/audio.wav") }
    }

    @Test(arguments: 0..<30)
    func `no header makes the reader crash or read beyond the file`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<20 {
            var bytes = waveHeader(sampleBytes: 320) + [UInt8](repeating: 7, count: 320)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<44, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let wave = try? open(Array(bytes.prefix(Int.random(in: 0...364, using: &random)))) else {
                continue
            }
            #expect(wave.dataOffset + wave.sampleCount * 2 <= 364)
            #expect(try wave.energy().framesDb.count <= 2)
        }
    }
}

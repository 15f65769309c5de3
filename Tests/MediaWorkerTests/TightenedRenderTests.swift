import Contracts
import Foundation
import Media
import Styles
import Testing

/// Beeps with flashes, the pauses between which are shortened: what comes out is measured in picture and sound.
@Suite(.timeLimit(.minutes(5))) struct TightenedRenderTests {
    private static let seconds = 20
    private static let leadMs = 520
    private static let sampleRate = 48_000

    /// Onsets in milliseconds of file time.
    private struct Onsets {
        var flashes: [Double]
        var beeps: [Double]
        var sound: [Float]

        init(_ path: String, fps: Double) throws {
            let pixels = try Self.decoded(
                path,
                [
                    "-map", "0:v", "-vf", "scale=2:2", "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f",
                    "rawvideo",
                ]
            )
            let bright = stride(from: 0, to: pixels.count - 3, by: 4).map { pixels[$0] > 128 }
            flashes = bright.indices.filter { bright[$0] && ($0 == 0 || !bright[$0 - 1]) }
                .map { Double($0) * 1_000 / fps }
            let bytes = try Self.decoded(
                path,
                ["-map", "0:a", "-ac", "1", "-ar", "\(sampleRate)", "-f", "s16le"]
            )
            let sound = stride(from: 0, to: bytes.count - 1, by: 2).map { index in
                Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
            }
            self.sound = sound
            var beeps: [Double] = []
            var lastLoud = -sampleRate
            for (index, sample) in sound.enumerated() where abs(sample) > 0.2 {
                if index - lastLoud > sampleRate / 20 {
                    beeps.append(Double(index) * 1_000 / Double(sampleRate))
                }
                lastLoud = index
            }
            self.beeps = beeps
        }

        private static func decoded(_ path: String, _ arguments: [String]) throws -> [UInt8] {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["ffmpeg", "-v", "error", "-nostdin", "-i", path] + arguments + ["-"]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
            return [UInt8](bytes)
        }
    }

    @Test(arguments: [(24, 1), (25, 1), (30_000, 1_001), (30, 1)])
    func `beeps and flashes lie where the kept time says, and no join clicks`(num: Int, den: Int) throws {
        let clip = try SampleMedia.beeps(seconds: Self.seconds, rate: "\(num)/\(den)")
        defer { try? FileManager.default.removeItem(atPath: clip) }
        let words = (1..<Self.seconds - 1).map { second in
            let start = second * 1_000 - Self.leadMs
            return TimeRange(startMs: start, endMs: start + 500)
        }
        let durationMs = (Self.seconds - 1) * 1_000 - Self.leadMs - 100
        let kept = Tightening(
            TighteningStyle(pauseMsMax: 200, fillers: false),
            durationMs: durationMs,
            fpsNum: num,
            fpsDen: den,
            words: words,
            pauses: words.map { TimeRange(startMs: $0.endMs, endMs: $0.startMs + 1_000) },
            fillers: []
        ).decide().kept
        let time = KeptTime(kept)
        try #require(kept.count == words.count && time.durationMs < durationMs - 3_000)
        let output = "\(clip).tight.mp4"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let spec = ShortRenderSpec(
            clipPath: clip,
            leadMs: Self.leadMs,
            durationMs: durationMs,
            segments: kept.map { $0.startMs..<$0.endMs },
            sound: .init(gainDb: 0),
            ratios: [
                .init(
                    width: 90,
                    height: 160,
                    outputPath: output,
                    shots: [Media.Shot(startMs: 0, endMs: durationMs, layout: .fit)],
                    encoding: VideoEncoding(preset: "ultrafast", crf: 18)
                )
            ]
        )

        let file = try #require(try ShortRenderer.render(spec).first).get()

        let fps = Double(num) / Double(den)
        let (before, after) = (try Onsets(clip, fps: fps), try Onsets(output, fps: fps))
        #expect(abs(file.durationMs - time.durationMs) <= Int((1_000 / fps).rounded(.up)))
        for (found, made) in [(after.beeps, before.beeps), (after.flashes, before.flashes)] {
            let inside = made.map { $0 - Double(Self.leadMs) }.filter { $0 > 0 && $0 < Double(durationMs) }
            try #require(found.count == inside.count)
            let misses = zip(found, inside).map { abs($0 - Double(time.output(Int($1.rounded())))) }
            #expect((misses.max() ?? 99) <= 20, "\(misses)")
        }
        var joinMs = 0
        for range in kept.dropLast() {
            joinMs += range.durationMs
            let join = joinMs * Self.sampleRate / 1_000
            let around = after.sound[(join - 720)..<(join + 720)]
            let jump = zip(around, around.dropFirst()).map { abs($0 - $1) }.max() ?? 1
            #expect(jump < 0.01, "\(jump) at \(joinMs) ms")
        }
    }
}

import Foundation
import Media
import Testing

@Suite struct MusicTests {
    private static let musicHz = 1_000.0
    let media: TestMedia

    init() throws { media = try TestMedia() }

    /// One second of a tone, far from that of the clip.
    private func music() throws -> String {
        try media.make("music.wav", ["-f", "lavfi", "-i", "aevalsrc=0.5*sin(2000*PI*t):s=44100:d=1"])
    }

    /// Renders four seconds, in whose second half the clip speaks.
    private func render(_ music: ShortRenderSpec.Music?, targetLufs: Double? = nil) throws -> String {
        let path = media.path("with-music.mp4")
        let spec = ShortRenderSpec(
            clipPath: try media.redThenBlue(),
            leadMs: 0,
            durationMs: 4_000,
            sound: ShortRenderSpec.Sound(gainDb: 6, targetLufs: targetLufs, music: music),
            ratios: [
                ShortRenderSpec.Ratio(
                    width: 90,
                    height: 160,
                    outputPath: path,
                    shots: [Shot(startMs: 0, endMs: 4_000, layout: .fit)],
                    encoding: VideoEncoding(preset: "ultrafast")
                )
            ]
        )
        _ = try #require(try ShortRenderer.render(spec).first).get()
        return path
    }

    /// How loud the music's tone is in a stretch, in dB of full scale.
    private func level(_ path: String, _ seconds: Range<Double>) throws -> Double {
        let raw = try media.make(
            "sound.raw",
            ["-i", path, "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "f32le"]
        )
        let samples = try media.bytes(raw).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        let (first, last) = (Int(seconds.lowerBound * 48_000), Int(seconds.upperBound * 48_000))
        var (sine, cosine) = (0.0, 0.0)
        for index in first..<last {
            let angle = 2 * Double.pi * Self.musicHz * Double(index) / 48_000
            sine += Double(samples[index]) * sin(angle)
            cosine += Double(samples[index]) * cos(angle)
        }
        let amplitude = 2 * (sine * sine + cosine * cosine).squareRoot() / Double(last - first)
        return 20 * log10(max(amplitude, 1e-6))
    }

    @Test(arguments: [0.0, 6, 12, 18]) func `music is lowered under speech by about what is asked`(
        duckingDb: Double
    ) throws {
        let path = try render(.init(path: music(), gainDb: -20, duckingDb: duckingDb, fadeOutMs: 0))

        let (alone, under) = (try level(path, 0.6..<1.8), try level(path, 2.5..<3.9))
        // 0.5 is 6 dB under full scale.
        #expect(abs(alone + 26) <= 1.5, "\(alone)")
        #expect(abs(alone - under - duckingDb) <= max(1, duckingDb / 4), "\(alone) \(under)")
    }

    @Test func `music begins anew when it ends, and fades out with the short`() throws {
        let path = try render(.init(path: music(), gainDb: -20, duckingDb: 0, fadeOutMs: 1_000))

        for second in [0.5..<0.9, 1.1..<1.5, 2.2..<2.8] {
            let found = try level(path, second)
            #expect(abs(found + 26) <= 1.5, "\(second): \(found)")
        }
        #expect(try level(path, 3.4..<3.6) < -29)
        #expect(try level(path, 3.92..<3.98) < -40)
    }

    @Test func `loudness and true peak are as asked with the music in it`() throws {
        let path = try render(
            .init(path: music(), gainDb: -8, duckingDb: 8, fadeOutMs: 500),
            targetLufs: -14
        )

        let measure = try RenditionCheck.measure(path: path)
        #expect(abs(measure.integratedLufs + 14) <= 1, "\(measure.integratedLufs)")
        #expect(measure.truePeakDb <= -0.9)
        #expect(abs(measure.audioMs - 4_000) <= 21)
    }

    @Test func `music without sound fails the short`() throws {
        let picture = try media.make("silent.mp4", ["-f", "lavfi", "-i", "color=red:s=64x64:d=1"])

        #expect(throws: MediaError.self) {
            try render(.init(path: picture, gainDb: -20, duckingDb: 0, fadeOutMs: 0))
        }
    }
}

import Foundation
import Media
import Testing
import Threads

@Suite struct NormalizerTests {
    let media: TestMedia

    init() throws { media = try TestMedia() }

    private func normalize(_ source: String) throws -> NormalizedMedia {
        try Normalizer.normalize(source: source, to: media.path("out.mp4"))
    }

    private func code(_ source: String) -> MediaError.Code? {
        do throws(MediaError) {
            _ = try Normalizer.normalize(source: source, to: media.path("out.mp4"))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a clean file is copied and not encoded again`() throws {
        let result = try normalize(media.redThenBlue())

        #expect(result.wasRemuxed)
        #expect(result.reasons.isEmpty)
        #expect(abs(result.measuredDurationMs - 4_000) <= 40)
        let head = try media.bytes(media.path("out.mp4")).prefix(2_000)
        #expect(head.range(of: Data("moov".utf8)) != nil)
    }

    @Test(arguments: [
        ("mpeg4.avi", ["-c:v", "mpeg4", "-c:a", "libmp3lame"]),
        ("vp9.webm", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"]),
        (
            "ten-bit.mp4",
            ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-c:a", "aac"]
        ),
        ("yuv444.mp4", ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", "-c:a", "aac"]),
    ])
    func `other codecs are encoded again`(name: String, codec: [String]) throws {
        let result = try normalize(media.pattern(name, codec: codec))

        #expect(!result.videoWasCopied)
        #expect(!result.reasons.isEmpty)
        #expect(result.probe.video?.codec == "h264")
        #expect(result.probe.video?.pixelFormat == "yuv420p")
        #expect(result.probe.audio?.codec == "aac")
        #expect(abs(result.probe.durationMs - 2_000) <= 80)
    }

    @Test func `a turned picture is made upright`() throws {
        let upright = try media.pattern("upright.mp4")
        let turned = try media.make(
            "turned.mp4",
            ["-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90"]
        )

        let video = try #require(try normalize(turned).probe.video)

        #expect((video.width, video.height) == (180, 320))
        #expect(video.rotationDegrees == 0)
    }

    @Test func `odd sizes and wide pixels become even and square`() throws {
        let codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", "-c:a", "aac"]
        let source = try media.pattern("odd.mp4", size: "321x181", filter: "setsar=2/1", codec: codec)

        let video = try #require(try normalize(source).probe.video)

        #expect(video.width % 2 == 0 && video.height % 2 == 0)
        #expect(video.hasSquarePixels)
        #expect(abs(Double(video.width) / Double(video.height) - 642.0 / 181) < 0.1)
    }

    @Test func `a variable frame rate becomes constant`() throws {
        let source = try media.pattern(
            "vfr.mp4",
            filter: "select='gt(mod(n,5),1)+lt(n,20)'",
            codec: [
                "-vsync", "vfr", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a",
                "aac",
            ]
        )

        let result = try normalize(source)

        #expect(!result.videoWasCopied)
        let times = try Pictures(media.path("out.mp4")).timesMs
        let steps = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(steps.allSatisfy { abs($0 - 33) <= 1 })
    }

    @Test func `sound that starts late is filled from the start`() throws {
        let base = try media.pattern("base.mp4")
        let late = try media.make(
            "late.mp4",
            ["-i", base, "-itsoffset", "0.7", "-i", base, "-map", "0:v", "-map", "1:a", "-c", "copy"]
        )

        let result = try normalize(late)

        #expect(result.videoWasCopied)
        #expect(!result.audioWasCopied)
        let measure = try RenditionCheck.measure(path: media.path("out.mp4"))
        #expect(abs(measure.audioOffsetMs) <= 20)
        #expect(measure.silent.first.map { abs($0.upperBound - 700) <= 40 } == true)
    }

    @Test func `sound or picture that is missing is named`() throws {
        let base = try media.pattern("base.mp4")
        #expect(try code(media.make("mute.mp4", ["-i", base, "-an", "-c", "copy"])) == .noAudio)
        #expect(try code(media.make("sound.m4a", ["-i", base, "-vn", "-c", "copy"])) == .noVideo)
    }

    @Test func `the readable part of a cut file is kept, with a warning`() throws {
        let whole = try media.make(
            "whole.mp4",
            ["-i", try media.pattern("long.mp4", seconds: 8), "-c", "copy", "-movflags", "+faststart"]
        )
        let bytes = try media.bytes(whole)
        let cut = try media.write("cut.mp4", bytes.prefix(bytes.count * 6 / 10))
        let stump = try media.write("stump.mp4", bytes.prefix(bytes.count * 2 / 10))

        let result = try normalize(cut)

        #expect(result.measuredDurationMs > 3_000 && result.measuredDurationMs < 7_000)
        #expect(!result.warnings.isEmpty)
        #expect(code(stump) == .truncated)
        #expect(!media.exists(media.path("out-stump.mp4")))
    }

    @Test func `a cancel in the middle leaves no file`() throws {
        let source = try media.pattern("vp9.webm", codec: ["-c:v", "mpeg4", "-f", "matroska", "-c:a", "aac"])
        let calls = Locked(0)

        #expect(throws: MediaError(.cancelled, "cancelled")) {
            try Normalizer.normalize(
                source: source,
                to: media.path("out.mp4"),
                cancel: {
                    calls.withLock { count in
                        count += 1
                        return count > 90
                    }
                }
            )
        }

        #expect(calls.withLock(\.self) > 90)
        #expect(!media.exists(media.path("out.mp4")))
    }
}

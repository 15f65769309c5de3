import Foundation
import Media
import Testing

@Suite struct MediaProbeTests {
    let media: TestMedia

    init() throws { media = try TestMedia() }

    private func code(_ path: String, _ limits: MediaLimits = MediaLimits()) -> MediaError.Code? {
        do throws(MediaError) {
            _ = try MediaProbe.probe(path: path, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a clean file is described`() throws {
        let probed = try MediaProbe.probe(path: media.redThenBlue())

        #expect(probed.container == "mp4")
        #expect(abs(probed.durationMs - 4_000) <= 40)
        #expect(probed.video?.codec == "h264")
        #expect(probed.video?.width == 320)
        #expect(probed.video?.height == 180)
        #expect(probed.video?.frameRate == FrameRate(30))
        #expect(probed.video?.isVariableRate == false)
        #expect(probed.audio?.codec == "aac")
        #expect(probed.audio?.sampleRate == 48_000)
        #expect(probed.audio?.channels == 2)
    }

    @Test func `what is not media is refused with its cause`() throws {
        #expect(try code(media.write("empty.mp4", [])) == .empty)
        #expect(try code(media.write("page.mp4", Array("<html>404</html>".utf8))) == .notMedia)
        #expect(try code(media.write("zeros.mp4", [UInt8](repeating: 0, count: 65_536))) == .notMedia)
        #expect(code(media.path("missing.mp4")) == .io)
        #expect(code(media.folder) == .notMedia)
        #expect(code("relative.mp4") == .invalidRequest)
        #expect(code("http://127.0.0.1/x.mp4") == .invalidRequest)
    }

    @Test func `a playlist that names another file is not followed`() throws {
        let target = try media.redThenBlue()
        let hls = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://\(target)\n#EXT-X-ENDLIST\n"
        let concat = "ffconcat version 1.0\nfile '\(target)'\n"

        #expect(try code(media.write("list.mp4", Array(hls.utf8))) == .notMedia)
        #expect(try code(media.write("list.m3u8", Array(hls.utf8))) == .notMedia)
        #expect(try code(media.write("concat.mp4", Array(concat.utf8))) == .notMedia)
    }

    @Test func `a pipe is refused without waiting for it`() throws {
        let path = media.path("pipe.mp4")
        try #require(mkfifo(path, 0o600) == 0)

        #expect(code(path) == .notMedia)
    }

    @Test func `a file without its index is named truncated`() throws {
        let whole = try media.bytes(media.pattern("whole.mp4"))
        let cut = try media.write("cut.mp4", whole.prefix(whole.count * 6 / 10))

        #expect(code(cut) == .truncated)
    }

    @Test func `rotation and pixel aspect are seen`() throws {
        let upright = try media.pattern("upright.mp4")
        let turned = try media.make(
            "turned.mp4",
            ["-i", upright, "-c", "copy", "-metadata:s:v", "rotate=90"]
        )
        let wide = try media.pattern("wide.mp4", filter: "setsar=2/1")

        #expect([90, 270].contains(try MediaProbe.probe(path: turned).video?.rotationDegrees))
        #expect(try MediaProbe.probe(path: wide).video?.hasSquarePixels == false)
    }

    @Test func `an absurd duration in the header is not believed`() throws {
        var bytes = try media.bytes(media.pattern("good.mp4"))
        let header = try #require(bytes.range(of: Data("mvhd".utf8)))
        let duration = header.upperBound + 16
        bytes.replaceSubrange(duration..<duration + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let path = try media.write("absurd.mp4", bytes)

        let probed = try MediaProbe.probe(path: path)

        #expect(abs(probed.durationMs - 2_000) <= 60)
        #expect(!probed.warnings.isEmpty)
    }

    @Test func `limits hold at their edge`() throws {
        let path = try media.pattern("limits.mp4", size: "320x180")
        var limits = MediaLimits()
        limits.sidePixelsMax = 320
        #expect(throws: Never.self) { try MediaProbe.probe(path: path, limits: limits) }
        limits.sidePixelsMax = 319
        #expect(code(path, limits) == .limitExceeded)
        limits = MediaLimits()
        limits.picturePixelsMax = 320 * 180
        #expect(throws: Never.self) { try MediaProbe.probe(path: path, limits: limits) }
        limits.picturePixelsMax -= 1
        #expect(code(path, limits) == .limitExceeded)
        limits = MediaLimits()
        limits.streamsMax = 2
        #expect(throws: Never.self) { try MediaProbe.probe(path: path, limits: limits) }
        limits.streamsMax = 1
        #expect(code(path, limits) == .limitExceeded)
        limits = MediaLimits()
        limits.durationMsMax = 1_000
        #expect(code(path, limits) == .tooLong)
    }
}

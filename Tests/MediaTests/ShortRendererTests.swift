import Foundation
import Media
import Testing
import Threads

@Suite struct ShortRendererTests {
    let media: TestMedia
    private let left = PixelRect(x: 0, y: 0, width: 100, height: 180)
    private let right = PixelRect(x: 200, y: 0, width: 100, height: 180)

    init() throws { media = try TestMedia() }

    private func ratio(
        _ name: String,
        _ shots: [Shot],
        width: Int = 90,
        height: Int = 160
    ) -> ShortRenderSpec.Ratio {
        ShortRenderSpec.Ratio(
            width: width,
            height: height,
            outputPath: media.path(name),
            shots: shots,
            encoding: VideoEncoding(preset: "ultrafast", crf: 18)
        )
    }

    private func twoShots(cutMs: Int, endMs: Int) -> [Shot] {
        [
            Shot(startMs: 0, endMs: cutMs, layout: .crop(left)),
            Shot(startMs: cutMs, endMs: endMs, layout: .crop(right)),
        ]
    }

    @Test func `shots change at their very frame in all ratios at once`() throws {
        let source = try media.halves()
        let shots = twoShots(cutMs: 1_000, endMs: 2_000)
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 500,
            durationMs: 2_000,
            ratios: [ratio("tall.mp4", shots), ratio("square.mp4", shots, width: 120, height: 120)]
        )

        let files = try ShortRenderer.render(spec).map { try $0.get() }

        #expect(files.map(\.frames) == [60, 60])
        for file in files {
            let pictures = try Pictures(file.path)
            #expect(pictures.frames.count == 60)
            #expect((0..<30).allSatisfy { pictures.color($0) == .red })
            #expect((30..<60).allSatisfy { pictures.color($0) == .blue })
            let measure = try RenditionCheck.measure(path: file.path)
            #expect(abs(measure.videoMs - 2_000) <= 1)
            #expect(abs(measure.audioMs - 2_000) <= 21)
            #expect(abs(measure.audioOffsetMs) <= 20)
        }
    }

    @Test func `picture and sound stay in step and the lead is left out`() throws {
        let source = try media.redThenBlue()
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 700,
            durationMs: 3_000,
            ratios: [ratio("step.mp4", [Shot(startMs: 0, endMs: 3_000, layout: .fit)])]
        )

        let file = try #require(try ShortRenderer.render(spec).first).get()

        let pictures = try Pictures(file.path)
        let firstBlue = try #require(pictures.frames.indices.first { pictures.color($0) == .blue })
        #expect(abs(pictures.timesMs[firstBlue] - 1_300) <= 17)
        let tone = try #require(try AudioAnalysis.silences(path: file.path).first?.upperBound)
        #expect(abs(tone - 1_300) <= 20)
    }

    @Test func `stretches that are not kept are gone from picture and sound`() throws {
        let source = try media.redThenBlue()
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 4_000,
            segments: [500..<1_000, 2_500..<3_500],
            ratios: [ratio("tight.mp4", [Shot(startMs: 0, endMs: 4_000, layout: .fit)])]
        )

        let file = try #require(try ShortRenderer.render(spec).first).get()

        #expect(file.durationMs == 1_500)
        let pictures = try Pictures(file.path)
        #expect((0..<15).allSatisfy { pictures.color($0) == .red })
        #expect((15..<45).allSatisfy { pictures.color($0) == .blue })
        let tone = try #require(try AudioAnalysis.silences(path: file.path).first?.upperBound)
        #expect(abs(tone - 500) <= 20)
    }

    @Test func `captions and overlays are seen where and when they should be`() throws {
        let source = try media.halves()
        let script = try media.write("it's, a [caption].ass", Array(Self.captions.utf8))
        let logo = try media.make(
            "logo.png",
            ["-f", "lavfi", "-i", "color=white:s=40x20", "-frames:v", "1", "-pix_fmt", "rgba"]
        )
        var titled = ratio("titled.mp4", twoShots(cutMs: 1_000, endMs: 2_000), width: 180, height: 320)
        titled.captions = ShortRenderSpec.Captions(assPath: script)
        titled.overlays = [ImageOverlay(imagePath: logo, x: 10, y: 10, width: 60, fromMs: 1_500)]
        let spec = ShortRenderSpec(clipPath: source, leadMs: 0, durationMs: 2_000, ratios: [titled])

        let file = try #require(try ShortRenderer.render(spec).first).get()

        let pictures = try Pictures(file.path, width: 180)
        #expect(pictures.whitePixels(10, lines: 200..<320) == 0)
        #expect(pictures.whitePixels(29, lines: 200..<320) > 200)
        #expect(pictures.whitePixels(40, lines: 200..<320) > 200)
        #expect(pictures.whitePixels(40, lines: 0..<60) == 0)
        #expect(pictures.whitePixels(50, lines: 0..<60) > 1_000)
    }

    @Test func `two people can be stacked`() throws {
        let source = try media.halves()
        let wide = PixelRect(x: 0, y: 40, width: 100, height: 90)
        let other = PixelRect(x: 200, y: 40, width: 100, height: 90)
        let shots = [Shot(startMs: 0, endMs: 1_000, layout: .stacked(top: wide, bottom: other))]
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 1_000,
            ratios: [ratio("two.mp4", shots)]
        )

        let file = try #require(try ShortRenderer.render(spec).first).get()

        let picture = try #require(try Pictures(file.path, width: 90).frames.first)
        let upper = 20 * picture.stride + 45 * 3
        let lower = 140 * picture.stride + 45 * 3
        #expect(picture.bytes[upper + 2] > 180 && picture.bytes[upper] < 80)
        #expect(picture.bytes[lower] > 180 && picture.bytes[lower + 2] < 80)
    }

    @Test func `loudness comes out as asked and peaks stay under the ceiling`() throws {
        let source = try media.halves(seconds: 4)
        let loudness = try AudioAnalysis.measure(path: source)
        let shots = [Shot(startMs: 0, endMs: 3_000, layout: .fit)]
        var spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 3_000,
            sound: ShortRenderSpec.Sound(gainDb: -14 - loudness.integratedLufs),
            ratios: [ratio("loud.mp4", shots)]
        )
        _ = try #require(try ShortRenderer.render(spec).first).get()
        let level = try RenditionCheck.measure(path: media.path("loud.mp4"))
        spec.sound.gainDb = 40
        _ = try #require(try ShortRenderer.render(spec).first).get()
        let limited = try RenditionCheck.measure(path: media.path("loud.mp4"))

        #expect(abs(level.integratedLufs + 14) <= 1)
        #expect(limited.truePeakDb <= -0.9)
    }

    @Test func `a clip with high peaks comes out as loud as asked all the same`() throws {
        let burst = "if(lt(mod(t,0.5),0.02),0.95*sin(2000*PI*t)*pow(sin(50*PI*mod(t,0.5)),2),0)"
        let source = try media.make(
            "peaky.mp4",
            ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-f", "lavfi", "-i"]
                + ["aevalsrc=exprs='0.08*sin(880*PI*t)+\(burst)':s=48000:d=4"] + TestMedia.clean
        )
        let loudness = try AudioAnalysis.measure(path: source)
        var spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 4_000,
            sound: ShortRenderSpec.Sound(gainDb: -14 - loudness.integratedLufs),
            ratios: [ratio("peaky-out.mp4", [Shot(startMs: 0, endMs: 4_000, layout: .fit)])]
        )
        _ = try #require(try ShortRenderer.render(spec).first).get()
        let quiet = try RenditionCheck.measure(path: media.path("peaky-out.mp4"))

        spec.sound.targetLufs = -14
        _ = try #require(try ShortRenderer.render(spec).first).get()
        let corrected = try RenditionCheck.measure(path: media.path("peaky-out.mp4"))

        #expect(quiet.integratedLufs < -15)
        #expect(abs(corrected.integratedLufs + 14) <= 0.7)
        #expect(corrected.truePeakDb <= -0.9)
    }

    @Test func `a ratio that fails leaves the others`() throws {
        let source = try media.halves()
        let outside = Shot(
            startMs: 0,
            endMs: 1_000,
            layout: .crop(PixelRect(x: 300, y: 0, width: 100, height: 180))
        )
        var unwritable = ratio("x.mp4", twoShots(cutMs: 500, endMs: 1_000))
        unwritable.outputPath = media.path("no-such-folder/x.mp4")
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 1_000,
            ratios: [
                ratio("bad.mp4", [outside]), ratio("good.mp4", twoShots(cutMs: 500, endMs: 1_000)),
                unwritable,
            ]
        )

        let results = try ShortRenderer.render(spec)

        #expect(throws: MediaError.self) { try results[0].get() }
        #expect(try results[1].get().frames == 30)
        #expect(throws: MediaError.self) { try results[2].get() }
        #expect(!media.exists(media.path("bad.mp4")))
    }

    @Test func `a cancel in the middle ends all threads and leaves no file`() throws {
        let source = try media.halves(seconds: 6)
        let shots = twoShots(cutMs: 1_000, endMs: 5_000)
        let spec = ShortRenderSpec(
            clipPath: source,
            leadMs: 0,
            durationMs: 5_000,
            ratios: [ratio("one.mp4", shots), ratio("two.mp4", shots)]
        )
        let calls = Locked(0)

        #expect(throws: MediaError.self) {
            try ShortRenderer.render(
                spec,
                cancel: {
                    calls.withLock { count in
                        count += 1
                        return count > 60
                    }
                }
            )
        }

        #expect(!media.exists(media.path("one.mp4")))
        #expect(!media.exists(media.path("two.mp4")))
    }

    @Test func `a clip that ends before the short is an error`() throws {
        let spec = ShortRenderSpec(
            clipPath: try media.halves(seconds: 1),
            leadMs: 0,
            durationMs: 5_000,
            ratios: [ratio("short.mp4", twoShots(cutMs: 500, endMs: 5_000))]
        )

        #expect(throws: MediaError.self) { try ShortRenderer.render(spec) }
        #expect(!media.exists(media.path("short.mp4")))
    }

    private static let captions = """
        [Script Info]
        ScriptType: v4.00+
        PlayResX: 180
        PlayResY: 320

        [V4+ Styles]
        Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Bold, BorderStyle, Outline, Alignment, MarginV
        Style: Default,DejaVu Sans,40,&H00FFFFFF,&H00FFFFFF,1,1,2,2,40

        [Events]
        Format: Layer, Start, End, Style, Text
        Dialogue: 0,0:00:00.50,0:00:02.00,Default,WORD

        """
}

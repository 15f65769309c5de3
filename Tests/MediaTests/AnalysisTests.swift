import Media
import Testing

@Suite struct AnalysisTests {
    let media: TestMedia

    init() throws { media = try TestMedia() }

    @Test func `pauses are found relative to the loudness`() throws {
        let source = try media.redThenBlue()

        let silences = try AudioAnalysis.silences(path: source)

        let pause = try #require(silences.first)
        #expect(silences.count == 1)
        #expect(pause.lowerBound <= 10)
        #expect(abs(pause.upperBound - 2_000) <= 30)
    }

    @Test func `loudness agrees with the level of the tone`() throws {
        let quiet = try AudioAnalysis.measure(path: media.redThenBlue(), rangeMs: 2_000..<4_000)

        // The sine source has an eighth of full scale in both channels.
        #expect(abs(quiet.integratedLufs + 21.7) <= 1)
        #expect(abs((quiet.truePeakDb ?? 0) + 21) <= 1)
        #expect(abs(quiet.momentaryLufs.count - 20) <= 1)
    }

    @Test func `sound is extracted for speech recognition`() throws {
        let source = try media.redThenBlue()

        let durationMs = try AudioExtractor.extractMono16k(source: source, to: media.path("out.wav"))

        let wave = try WaveFile(path: media.path("out.wav"))
        #expect(wave.sampleRate == 16_000)
        #expect(abs(durationMs - 4_000) <= 40)
        #expect(wave.durationMs == durationMs)
        #expect(try wave.read(0..<16_000).allSatisfy { abs($0) < 8 })
        #expect(try wave.read(40_000..<48_000).contains { abs($0) > 1_000 })
        #expect(try wave.read(wave.sampleCount..<wave.sampleCount + 5).isEmpty)
    }

    @Test func `a cut of the picture is found at its frame`() throws {
        let cuts = try SceneCuts.detect(path: media.redThenBlue())

        #expect(cuts.map(\.atMs) == [2_000])
    }

    @Test func `a cut between two shots that are alike is found, and movement is none`() throws {
        let alike = try media.make(
            "alike.mp4",
            [
                "-f", "lavfi", "-i", "color=0x808080:s=320x180:r=30:d=2", "-f", "lavfi", "-i",
                "color=0x8F8F8F:s=320x180:r=30:d=2", "-filter_complex", "[0][1]concat,noise=alls=2:allf=t",
            ] + TestMedia.clean
        )

        #expect(try SceneCuts.detect(path: alike).map(\.atMs) == [2_000])
        #expect(try SceneCuts.detect(path: media.pattern("moving.mp4", seconds: 3)).isEmpty)
    }

    @Test(arguments: [(1_500, 3_000), (1_000, 2_500), (0, 2_500), (1_017, 3_990)])
    func `a clip is cut so that its lead leads exactly to its start`(startMs: Int, endMs: Int) throws {
        let source = try media.redThenBlue()
        let path = media.path("clip.mp4")

        let clip = try ClipCutter.cut(source: source, startMs: startMs, endMs: endMs, to: path)

        #expect(clip.leadMs <= 1_000)
        #expect(clip.durationMs == endMs - startMs)
        let pictures = try Pictures(path)
        let firstBlue = try #require(pictures.frames.indices.first { pictures.color($0) == .blue })
        #expect(abs(pictures.timesMs[firstBlue] - clip.leadMs - (2_000 - startMs)) <= 1)
        let tone = try #require(try AudioAnalysis.silences(path: path).first?.upperBound)
        #expect(abs(tone - clip.leadMs - (2_000 - startMs)) <= 30)
    }

    @Test func `a clip beyond the end is refused`() throws {
        let source = try media.redThenBlue()

        #expect(throws: MediaError.self) {
            try ClipCutter.cut(source: source, startMs: 9_000, endMs: 10_000, to: media.path("clip.mp4"))
        }
        #expect(!media.exists(media.path("clip.mp4")))
    }

    @Test func `a still is written`() throws {
        let path = media.path("still.jpg")

        try Thumbnail.write(path: media.redThenBlue(), atMs: 3_000, width: 160, to: path)

        let bytes = try media.bytes(path)
        #expect(bytes.starts(with: [0xFF, 0xD8]))
        #expect(bytes.suffix(2).elementsEqual([0xFF, 0xD9]))
    }

    @Test(arguments: [23, 24, 25, 26])
    func `a picture that stands still for about a second is not frozen to the end`(
        repeats: Int
    ) throws {
        let path = try media.make(
            "held.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3,loop=\(repeats):1:12", "-f", "lavfi", "-i",
                "sine=440:r=48000:d=4",
            ] + TestMedia.clean
        )

        let frozen = try RenditionCheck.measure(path: path).frozen

        #expect(frozen.allSatisfy { $0.count <= 1_100 })
    }

    @Test func `black, frozen and silent stretches are measured`() throws {
        let path = try media.make(
            "black.mp4",
            [
                "-f", "lavfi", "-i", "color=black:s=320x180:r=30:d=1", "-f", "lavfi", "-i",
                "testsrc2=s=320x180:r=30:d=2", "-f", "lavfi", "-i", "color=blue:s=320x180:r=30:d=2", "-f",
                "lavfi", "-i",
                "sine=440:r=48000:d=5", "-filter_complex",
                "[0][1][2]concat=n=3[v];[3]volume=enable='gt(t,4)':volume=0[a]", "-map", "[v]", "-map", "[a]",
            ] + TestMedia.clean
        )

        let measure = try RenditionCheck.measure(path: path)

        #expect(measure.frames == 150)
        #expect(measure.decodeErrors == 0)
        #expect(measure.black == [0..<1_000])
        #expect(
            measure.frozen.contains { abs($0.lowerBound - 3_000) <= 40 && abs($0.upperBound - 5_000) <= 40 }
        )
        #expect(measure.silent.count == 1)
        #expect(measure.silent.first.map { abs($0.lowerBound - 4_000) <= 40 } == true)
    }
}

import Testing

@testable import Media

@Suite struct RenderTimelineTests {
    private func timeline(_ segments: [Range<Int>], durationMs: Int = 10_000) throws -> RenderTimeline {
        try RenderTimeline(
            spec: ShortRenderSpec(
                clipPath: "/clip.mp4",
                leadMs: 250,
                durationMs: durationMs,
                segments: segments,
                ratios: []
            ),
            frameRate: FrameRate(30)
        )
    }

    @Test func `frames of two segments follow one another`() throws {
        let timeline = try timeline([1_000..<2_000, 5_000..<5_500])

        #expect(timeline.totalMs == 1_500)
        #expect(timeline.frameCount == 45)
        #expect(abs(timeline.clipMs(frame: 0) - 1_000) < 0.01)
        #expect(abs(timeline.clipMs(frame: 29) - 1_966.67) < 0.01)
        #expect(abs(timeline.clipMs(frame: 30) - 5_000) < 0.01)
        #expect(
            timeline.sampleRanges(leadMs: 250, sampleRate: 48_000) == [60_000..<108_000, 252_000..<276_000]
        )
    }

    @Test func `ends that are whole milliseconds show no frame of what was cut out`() throws {
        // 100 kept stretches of 7 frames, each of which begins 13 frames after the one before.
        let frameMs = 1_000.0 / 30
        func milliseconds(_ frames: Int) -> Int { Int((Double(frames) * frameMs).rounded()) }
        let segments = (0..<100).map { index in
            let start = milliseconds(index * 13)
            return start..<(start + milliseconds(7 * (index + 1)) - milliseconds(7 * index))
        }

        let timeline = try timeline(segments, durationMs: 60_000)

        #expect(timeline.frameCount == 700)
        for frame in 0..<700 {
            let shown = Double(frame / 7 * 13 + frame % 7) * frameMs
            #expect(abs(timeline.clipMs(frame: frame) - shown) <= 2)
        }
        let samples = timeline.sampleRanges(leadMs: 0, sampleRate: 48_000).reduce(0) { $0 + $1.count }
        #expect(samples == timeline.totalMs * 48)
    }

    @Test(arguments: [[0..<0], [5..<10, 8..<20], [20..<30, 0..<10], [0..<20_000]])
    func `segments out of order or outside are refused`(segments: [Range<Int>]) {
        #expect(throws: MediaError.self) { try timeline(segments) }
    }

    @Test func `joins fade and outer ends do not`() {
        var slicer = SoundSlicer(ranges: [0..<1_000, 2_000..<3_000])
        let ones = [Float](repeating: 1, count: 4_000)

        let kept = slicer.next(ones, ones).left

        #expect(kept.count == 2_000)
        #expect(kept[0] == 1 && kept[1_999] == 1)
        #expect(kept[999] == 0 && kept[1_000] == 0)
        #expect(slicer.isDone)
    }

    @Test func `file names cannot leave their place in a filter graph`() {
        #expect(FilterText.escape("/a/b.ass") == "/a/b.ass")
        #expect(FilterText.escape("it's") == "it\\\\\\'s")
        #expect(FilterText.escape("a:b") == "a\\\\:b")
        #expect(FilterText.escape("a,b[c]") == "a\\,b\\[c\\]")
    }

    @Test func `timestamps that jump are put on one line`() {
        var line = TimestampLine(timeBase: TimeMath.milliseconds, originTicks: 100, gapMsMax: 5_000)

        #expect(line.place(pts: 100, duration: 40) == 0)
        #expect(line.place(pts: 140, duration: 40) == 40)
        #expect(line.place(pts: nil, duration: 40) == 80)
        #expect(line.place(pts: 900_000, duration: 40) == 120)
        #expect(line.place(pts: 900_040, duration: 40) == 160)
        #expect(line.jumps == 1)
    }
}

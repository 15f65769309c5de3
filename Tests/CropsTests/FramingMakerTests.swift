import Contracts
import Crops
import Testing

@Suite struct FramingMakerTests {
    /// A clip of 12 seconds from second 100 of a source, a cut in its middle.
    private let media = ClipMedia(
        clip: "clip-01",
        sourceStartMs: 100_000,
        sourceEndMs: 112_000,
        leadMs: 480,
        durationMs: 12_000,
        width: 1_280,
        height: 720,
        fpsNum: 30,
        fpsDen: 1
    )
    private let left = Rect(x: 200, y: 200, width: 130, height: 160)
    private let right = Rect(x: 960, y: 190, width: 150, height: 180)

    private func maker(silences: [TimeRange] = [], turns: [Segments.Turn] = []) -> FramingMaker {
        let segments = Segments(
            durationMs: 600_000,
            cuts: [.init(atMs: 108_000, score: 50)],
            silences: silences,
            turns: turns,
            topicStartsMs: [],
            energy: .init(hopMs: 100, lufs: []),
            integratedLufs: nil,
            warnings: []
        )
        return FramingMaker(media: media, segments: segments, ratios: AspectRatio.allCases)
    }

    /// Two faces in the first shot, one in the second.
    private var tracks: [FaceTrack] {
        [(left, 0, 0), (right, 1, 0), (left, 2, 1)].map { box, id, shot in
            let times = stride(from: shot == 0 ? 0 : 8_000, to: shot == 0 ? 8_000 : 12_000, by: 400)
            return FaceTrack(
                id: id,
                shotIndex: shot,
                hits: times.map { .init(timeMs: $0, face: DetectedFace(box: box, score: 0.9)) },
                samplesInShot: times.underestimatedCount
            )
        }
    }

    private func mouths(_ speaker: (Int) -> Int) -> [MouthSample] {
        stride(from: 0, to: 8_000, by: 125).flatMap { time in
            [0, 1].map { MouthSample(trackID: $0, timeMs: time, motion: speaker(time) == $0 ? 0.3 : 0.02) }
        }
    }

    private func layouts(_ framing: Framing, _ ratio: AspectRatio) -> [Framing.Layout] {
        framing.shots.compactMap { $0.crops.first { $0.aspectRatio == ratio }?.layout }
    }

    @Test func `only shots whose faces do not fit together are contested, and only where there is sound`() {
        let contested = maker().contested(tracks)
        let silence = TimeRange(startMs: 99_000, endMs: 108_500)

        #expect(contested.map(\.shot) == [Shot(startMs: 0, endMs: 8_000)])
        #expect(Set(contested.first?.faces.map(\.id) ?? []) == [0, 1])
        #expect(maker(silences: [silence]).contested(tracks).isEmpty)
    }

    @Test func `turns of the source cut the clip where the speaker changes`() throws {
        let turns = [
            Segments.Turn(speaker: "speaker-0", startMs: 99_000, endMs: 103_900),
            Segments.Turn(speaker: "speaker-1", startMs: 104_000, endMs: 111_000),
        ]

        let framing = maker(turns: turns).framing(tracks: tracks, mouths: mouths { $0 < 4_000 ? 1 : 0 })

        #expect(framing.shots.map(\.startMs) == [0, 4_000, 8_000])
        #expect(layouts(framing, .portrait) == [.crop, .crop, .crop])
        let rects = framing.shots.map { $0.crops[0].rect }
        #expect(rects[0].x > 700 && rects[1].x < 200 && rects[2].x < 200)
        #expect(framing.warnings.isEmpty)
    }

    @Test func `without mouths two faces are stacked, and nobody is left out`() throws {
        let framing = maker().framing(tracks: tracks)

        #expect(layouts(framing, .portrait) == [.stacked, .crop])
        #expect(layouts(framing, .landscape) == [.crop, .crop])
        let crop = try #require(framing.shots.first?.crops.first)
        let stack = try #require(crop.stack)
        #expect(stack.top.x + stack.top.width <= stack.bottom.x)
        #expect(framing.shots.last?.crops.first?.stack == nil)
        #expect(framing.warnings.isEmpty)
    }

    @Test func `no face, and nobody who looked, is said`() {
        let blind = maker().framing(tracks: [], blindness: "there is no detector")
        let partly = maker().framing(tracks: tracks.filter { $0.shotIndex == 1 })

        #expect(layouts(blind, .portrait) == [.fit, .fit] && blind.warnings.map(\.code) == ["no-face"])
        #expect(blind.warnings.first?.detail.contains("there is no detector") == true)
        #expect(partly.warnings.first?.detail.contains("1 of 2") == true)
    }
}

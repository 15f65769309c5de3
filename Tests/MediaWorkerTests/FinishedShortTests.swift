import Contracts
import Crops
import Foundation
import Media
import Styles
import Testing

@testable import MediaWorker

/// Verdicts on what was seen and heard of a finished short.
@Suite struct FinishedShortTests {
    /// A second of level, with other levels and leaps at some times.
    private func measure(
        _ lufs: Double = -14,
        quiet: [Range<Int>] = [],
        leaps: [Int: Float] = [:]
    ) -> RenditionMeasure {
        var levels = SoundLevels(sampleRate: 8_000)
        var value: Float = 0.2
        for sample in 0..<24_000 {
            let ms = sample / 8
            let amplitude: Float = quiet.contains { $0.contains(ms) } ? 0.002 : 0.2
            // A wave that leaps by a tenth of its height from sample to sample.
            value = amplitude * Float((sample % 20) - 10) / 10
            if let leap = leaps[ms], sample % 8 == 3 { value += leap }
            levels.add(left: [value], right: [value])
        }
        levels.finish()
        return RenditionMeasure(
            durationMs: 3_000,
            width: 1_080,
            height: 1_920,
            frames: 90,
            audioOffsetMs: 0,
            videoMs: 3_000,
            audioMs: 3_000,
            integratedLufs: lufs,
            truePeakDb: -1,
            black: [],
            frozen: [],
            silent: [],
            decodeErrors: 0,
            levels: levels
        )
    }

    private func short(first: Int = 100, last: Int = 2_800) -> Composition.Short {
        var short = SampleShort.short(imageSha256: nil)
        short.captions[0].words[0].startMs = first
        short.captions[0].words[1].endMs = last
        return short
    }

    @Test func `a word keeps off both ends, or the sound there is quiet`() {
        func passes(_ short: Composition.Short, _ measure: RenditionMeasure) -> Bool {
            SoundCheck(short: short, measure: measure).words.passed
        }
        #expect(passes(short(first: 40, last: 2_960), measure()))
        #expect(!passes(short(first: 39), measure()))
        #expect(!passes(short(last: 2_961), measure()))
        #expect(passes(short(first: 0), measure(quiet: [0..<200])))
        #expect(passes(short(last: 3_000), measure(quiet: [2_800..<3_000])))
        #expect(!passes(short(first: 0), measure(quiet: [2_800..<3_000])))
        var silent = short()
        silent.captions = []
        #expect(!passes(silent, measure()))
        #expect(passes(silent, measure(quiet: [0..<100, 2_900..<3_000])))
    }

    @Test func `a leap at a join is a click, and one elsewhere is the sound's own`() {
        var joined = short()
        joined.keptRangesMs = [
            TimeRange(startMs: 0, endMs: 1_000), TimeRange(startMs: 2_000, endMs: 4_000),
        ]
        func clicks(_ leaps: [Int: Float], quiet: [Range<Int>] = []) -> Bool {
            !SoundCheck(short: joined, measure: measure(quiet: quiet, leaps: leaps)).clicks.passed
        }
        #expect(!clicks([:]))
        #expect(!clicks([1_500: 0.9]))
        #expect(clicks([1_002: 2.5]))
        #expect(clicks([998: 0.1], quiet: [800..<1_200]))
        #expect(!clicks([998: 0.02], quiet: [800..<1_200]))
        #expect(clicks([0: 2.5]) && clicks([2_998: 2.5]))
    }

    @Test func `the largest face must be whole, and small ones and doubtful ones do not count`() {
        func face(_ x: Int, _ y: Int, _ side: Int, score: Double = 0.9) -> DetectedFace {
            DetectedFace(box: Rect(x: x, y: y, width: side, height: side), score: score)
        }
        var verdict = FaceVerdict()
        verdict.add([], width: 360, height: 640)
        verdict.add([face(-5, 10, 20), face(-5, 10, 60, score: 0.6)], width: 360, height: 640)
        #expect(verdict.seen == 0 && verdict.passed && verdict.detail.contains("no face in 2 pictures"))
        for _ in 0..<99 { verdict.add([face(100, 100, 90), face(-5, 10, 60)], width: 360, height: 640) }
        #expect(verdict.seen == 99 && verdict.whole == 99 && verdict.passed)
        verdict.add([face(280, 100, 80)], width: 360, height: 640)
        #expect(verdict.seen == 100 && verdict.whole == 99 && verdict.passed)
        verdict.add([face(100, 0, 80)], width: 360, height: 640)
        #expect(verdict.passed)
        verdict.add([face(100, 600, 80)], width: 360, height: 640)
        #expect(verdict.seen == 102 && verdict.whole == 99 && !verdict.passed)
    }

    @Test func `every page must be drawn, and inside the safe area`() {
        let area = Contracts.PixelRect(x: 60, y: 100, width: 900, height: 1_400)
        func passes(_ boxes: [Media.PixelRect?]) -> Bool { CaptionCheck.verdict(boxes, in: area).passed }
        let whole = Media.PixelRect(x: 60, y: 1_400, width: 900, height: 100)
        #expect(passes([whole, whole]))
        #expect(!passes([whole, nil]))
        #expect(!passes([Media.PixelRect(x: 59, y: 1_400, width: 900, height: 100)]))
        #expect(!passes([Media.PixelRect(x: 60, y: 1_401, width: 900, height: 100)]))
    }

    @Test func `captions that are too wide for the safe area are found by what is drawn`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "ink-\(UUID().uuidString).ass")
        defer { try? FileManager.default.removeItem(at: path) }
        let short = short()
        let canvas = short.canvases[0]
        func verdict(_ short: Composition.Short) throws -> CaptionCheck.Verdict {
            try CaptionCheck(short: short, canvas: canvas, fonts: .installed)
                .check(scriptAt: path.path(percentEncoded: false))
        }
        #expect(try verdict(short).passed)
        // The area of an upright picture held against captions that were laid out for a wide one.
        let wide = short.canvases[2]
        let boxes = try CaptionExtent.boxes(
            ShortRenderSpec.Captions(assPath: path.path(percentEncoded: false)),
            width: canvas.width,
            height: canvas.height,
            timesMs: [50, 1_000, 2_900]
        )
        #expect(boxes[0] == nil && boxes[1] != nil && boxes[2] == nil)
        let safe = SafeArea(wide.aspectRatio).rect(width: wide.width, height: wide.height)
        #expect(!CaptionCheck.verdict([boxes[1]], in: safe).passed)
    }
}

import Contracts
import Styles
import Testing

/// A short whose style tightens: it has a pause of 800 ms behind its first sentence, and a filler in its second.
@Suite struct TightenedShortTests {
    private static let text =
        "Count every loaf of bread. Then um count what one loaf costs you before you bake it"

    private func short(
        _ tighten: TighteningStyle?,
        fillers: [TimeRange]? = [TimeRange(startMs: 2_750, endMs: 3_000)]
    ) throws -> Composition.Short {
        var style = try BuiltInStyle.standard().document
        style.audio.tighten = tighten
        return try StyleFixtures.composition(
            text: Self.text,
            style: style,
            pauses: [TimeRange(startMs: 1_650, endMs: 2_450)],
            fillers: fillers
        ).shorts[0]
    }

    @Test func `a style that does not tighten leaves the clip whole`() throws {
        let short = try short(nil)

        #expect(short.keptRangesMs == nil && short.sourceRangesMs.count == 1)
        #expect(short.sourceRangesMs[0].durationMs == short.durationMs)
        #expect(short.captions.flatMap(\.words).contains { $0.text == "um" })
    }

    @Test func `captions and title lie in the time of the finished short, and shots in clip time`() throws {
        let whole = try short(nil)
        let tight = try short(TighteningStyle(pauseMsMax: 300, fillers: true))
        let kept = try #require(tight.keptRangesMs)
        let time = KeptTime(kept)

        #expect(kept.count == 3 && tight.durationMs == time.durationMs && tight.durationMs < whole.durationMs)
        #expect(
            tight.sourceRangesMs
                == kept.map { TimeRange(startMs: 9_800 + $0.startMs, endMs: 9_800 + $0.endMs) }
        )
        let before = whole.captions.flatMap(\.words).filter { $0.text != "um" }
        let after = tight.captions.flatMap(\.words)
        #expect(after.map(\.text) == before.map(\.text))
        #expect(after.map(\.startMs) == before.map { time.output($0.startMs) })
        #expect(zip(after, before).allSatisfy { $0.endMs - $0.startMs == $1.endMs - $1.startMs })
        let pages = tight.captions
        #expect(zip(pages, pages.dropFirst()).allSatisfy { $0.endMs <= $1.startMs })
        #expect(pages.allSatisfy { $0.startMs < $0.endMs && $0.endMs <= tight.durationMs })
        #expect(tight.titleOverlay?.endMs == min(whole.titleOverlay?.endMs ?? 0, tight.durationMs))
        #expect(tight.canvases == whole.canvases)
        #expect(tight.warnings.map(\.code) == whole.warnings.map(\.code))
    }

    @Test func `fillers that nobody looked for are told of, where the style asks for them`() throws {
        let codes = try short(TighteningStyle(pauseMsMax: nil, fillers: true), fillers: nil).warnings.map(
            \.code
        )
        let others = try short(TighteningStyle(pauseMsMax: 300, fillers: false), fillers: nil).warnings

        #expect(codes.contains("fillers-unmarked"))
        #expect(!others.map(\.code).contains("fillers-unmarked"))
    }
}

/// Layouts of a short that shows some stretches of its clip.
@Suite struct ShownCanvasTests {
    @Test func `shots lie where they are shown, and a page stands on the seam of a stacked one`() throws {
        var short = try #require(try StyleFixtures.composition(stacked: true).shorts.first)
        let canvas = short.canvases[0]
        #expect(canvas.shown(in: short) == canvas)
        let end = short.durationMs
        short.canvases[0].shots = [canvas.shots[0], canvas.shots[0]]
        short.canvases[0].shots[0].layout = .crop
        short.canvases[0].shots[0].endMs = 2_000
        short.canvases[0].shots[1].startMs = 2_000
        short.canvases[0].shots[1].endMs = end
        short.keptRangesMs = [TimeRange(startMs: 500, endMs: 1_500), TimeRange(startMs: 1_900, endMs: end)]
        let shown = short.canvases[0].shown(in: short)
        #expect(shown.shots.map(\.startMs) == [0, 1_100] && shown.shots.map(\.endMs) == [1_100, end - 900])
        let page = CaptionPage(startMs: 1_200, endMs: 1_900, words: [])
        func baseline(_ canvas: Composition.Canvas) -> Int {
            SafeArea.captionBaseline(page, share: 0.74, textHeight: 100, canvas: canvas)
        }
        #expect(baseline(shown) == canvas.height / 2 + 50)
        #expect(baseline(short.canvases[0]) > canvas.height / 2 + 50)
    }
}

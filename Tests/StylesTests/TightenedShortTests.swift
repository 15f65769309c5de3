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

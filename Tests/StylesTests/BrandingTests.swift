import Contracts
import Foundation
import Styles
import Testing

@Suite struct BrandingTests {
    private static let third = LowerThirdStyle(
        name: "Ada Baker",
        role: "Owner of a bakery",
        fontFamily: "Inter",
        fontWeight: 800,
        sizeShare: 0.045,
        textColor: "#FFFFFF",
        backgroundColor: "#111114",
        accentColor: "#FFD60A",
        side: .left,
        startMs: 500,
        durationMs: 6_000
    )

    private static func style() throws -> StyleDocument {
        var style = try BuiltInStyle.standard().document
        style.progressBar = ProgressBarStyle(color: "#FFD60A", heightShare: 0.006, edge: .bottom)
        style.lowerThird = third
        style.background = BackgroundStyle(kind: .color, color: "#203040")
        style.music = MusicStyle(
            assetSha256: String(repeating: "a", count: 64),
            gainDb: -18,
            duckingDb: 10,
            fadeOutMs: 1_500
        )
        return style
    }

    @Test func `what a style adds goes into the short, and nothing where it adds nothing`() throws {
        let style = try Self.style()

        let branded = try StyleFixtures.composition(style: style).shorts[0]
        let plain = try StyleFixtures.composition().shorts[0]

        #expect(branded.branding == style.branding && branded.branding?.lowerThird == Self.third)
        #expect(plain.branding == nil)
        #expect(try !String(decoding: WireJSON.encode(plain), as: UTF8.self).contains("branding"))
        #expect(branded.assets.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.picture, .sound])
        #expect(style.assets.map(\.pointer) == ["/logo/asset_sha256", "/music/asset_sha256"])
        #expect(StyleValidator.problems(style).isEmpty)
    }

    @Test(arguments: AspectRatio.allCases, ProgressBarStyle.Edge.allCases)
    func `the progress bar lies at its edge and is as wide as the canvas at the end`(
        ratio: AspectRatio,
        edge: ProgressBarStyle.Edge
    ) throws {
        var style = try Self.style()
        style.progressBar?.edge = edge
        let short = try StyleFixtures.composition(style: style).shorts[0]
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })

        let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)
        let bar = try #require(AssEvent.all(script, style: "ProgressBar").first)

        let size = try #require(bar.shapeSize)
        #expect(size.width == ratio.width && size.height == Int((Double(ratio.height) * 0.006).rounded()))
        #expect(try #require(bar.place).y == (edge == .top ? 0 : ratio.height - size.height))
        #expect(bar.start == 0 && bar.end * 10 >= short.durationMs)
        #expect(bar.text.contains("\\t(0,\(short.durationMs),\\fscx100)"))
        let others = AssEvent.all(script, style: "Caption") + AssEvent.all(script, style: "Card")
        #expect(others.allSatisfy { $0.layer > bar.layer })
    }

    @Test(arguments: AspectRatio.allCases, LowerThirdStyle.Side.allCases)
    func `the lower third keeps to the safe area and off captions, title and picture`(
        ratio: AspectRatio,
        side: LowerThirdStyle.Side
    ) throws {
        for (baseline, stacked) in [(0.3, false), (0.74, false), (0.74, true)] {
            var style = try Self.style()
            style.lowerThird?.side = side
            style.captions.baselineShare = baseline
            style.captions.backgroundColor = "#000000"
            style.logo?.corner = side == .left ? .bottomLeft : .bottomRight
            let short = try StyleFixtures.composition(style: style, stacked: stacked).shorts[0]
            let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })
            let safe = SafeArea(ratio).rect(width: ratio.width, height: ratio.height)

            let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)
            let card = try #require(AssEvent.all(script, style: "LowerThirdCard").first)

            let place = try #require(card.place)
            let size = try #require(card.shapeSize)
            #expect(place.x >= safe.x && place.x + size.width <= safe.x + safe.width + 1)
            #expect(place.y >= safe.y && place.y + size.height <= safe.y + safe.height + 1)
            #expect(side == .left ? place.x == safe.x : place.x + size.width >= safe.x + safe.width - 1)
            let beside = AssEvent.all(script, style: "CaptionBox").filter {
                $0.start < card.end && $0.end > card.start
            }
            #expect(!beside.isEmpty)
            for box in beside {
                let (bottom, height) = (try #require(box.place).y, try #require(box.shapeSize).height)
                #expect(place.y + size.height <= bottom - height || place.y >= bottom, "\(ratio) \(baseline)")
            }
            let image = SafeArea.place(
                try #require(short.images.first),
                sides: (2, 1),
                canvas: (ratio, ratio.width, ratio.height)
            )
            #expect(place.y + size.height <= image.y)
            // Between the title and captions that stand high there is no room in a square.
            if baseline > 0.5, !stacked {
                let title = try #require(AssEvent.all(script, style: "Card").first)
                let (top, height) = (try #require(title.place).y, try #require(title.shapeSize).height)
                #expect(place.y >= top + height)
            }
            #expect(AssEvent.all(script, style: "LowerThird").count == 2)
            #expect(card.start == 50 && card.end == 650)
        }
    }

    @Test func `a lower third that comes after the clip's end is left out with a warning`() throws {
        var style = try Self.style()
        style.lowerThird?.startMs = 60_000

        let short = try StyleFixtures.composition(style: style).shorts[0]

        #expect(short.warnings.map(\.code).contains("lower-third-left-out"))
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)
        #expect(AssEvent.all(script, style: "LowerThirdCard").isEmpty)
        #expect(short.branding?.lowerThird == nil)

        // Less than its fades take would only flicker.
        style.lowerThird?.startMs = short.durationMs - 799
        let late = try StyleFixtures.composition(style: style).shorts[0]
        #expect(late.warnings.map(\.code).contains("lower-third-left-out"))
        style.lowerThird?.startMs = short.durationMs - 800
        let shown = try StyleFixtures.composition(style: style).shorts[0]
        #expect(!shown.warnings.map(\.code).contains("lower-third-left-out"))
    }

    @Test func `letters of a lower third that no font has are told`() throws {
        var style = try Self.style()
        style.lowerThird?.name = "Ada \u{11F04}"

        let short = try StyleFixtures.composition(style: style).shorts[0]

        #expect(TextCoverage(of: short, fonts: .installed).letters == ["\u{11F04}"])
    }

    @Test func `everything that is wrong with what a style adds is told at its pointer`() throws {
        var style = try Self.style()
        style.progressBar?.color = "yellow"
        style.progressBar?.heightShare = 0.031
        style.lowerThird?.name = ""
        style.lowerThird?.fontFamily = "Comic Sans"
        style.lowerThird?.textColor = "#222222"
        style.lowerThird?.startMs = 60_001
        style.lowerThird?.durationMs = 999
        style.background = BackgroundStyle(kind: .image, color: nil, assetSha256: nil)
        style.music?.assetSha256 = "ABC"
        style.music?.gainDb = .infinity
        style.music?.duckingDb = 20.1
        style.music?.fadeOutMs = -1

        let pointers = StyleValidator.problems(style).map(\.pointer)

        let expected = [
            "/progress_bar/color", "/progress_bar/height_share", "/lower_third/name",
            "/lower_third/font_family", "/lower_third/text_color", "/lower_third/start_ms",
            "/lower_third/duration_ms", "/background/asset_sha256", "/music/asset_sha256", "/music/gain_db",
            "/music/ducking_db", "/music/fade_out_ms",
        ]
        #expect(pointers.sorted() == expected.sorted())
        style = try Self.style()
        for (background, pointer) in [
            (BackgroundStyle(kind: .color), "/background/color"),
            (BackgroundStyle(kind: .blur, color: "#000000"), "/background/color"),
            (
                BackgroundStyle(kind: .blur, assetSha256: String(repeating: "a", count: 64)),
                "/background/asset_sha256"
            ),
        ] {
            style.background = background
            #expect(StyleValidator.problems(style).map(\.pointer) == [pointer])
        }
    }
}

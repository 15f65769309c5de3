import Contracts
import Styles
import Testing

@Suite struct CaptionSheetTests {
    private func short() throws -> Composition.Short { try StyleFixtures.composition().shorts[0] }

    private func page(_ words: [(String, Int, Int)], endMs: Int) -> CaptionPage {
        CaptionPage(
            startMs: 0,
            endMs: endMs,
            words: words.map { CaptionPage.Word(text: $0.0, startMs: $0.1, endMs: $0.2, emphasised: false) }
        )
    }

    /// The times of a script's states in which a word has the highlight colour.
    private func highlighted(_ script: String, _ word: String) -> [Range<Int>] {
        script.split(separator: "\n").filter {
            $0.contains(",Caption,") && $0.contains("{\\1c&H0AD6FF&}\(word)")
        }
        .map { line in
            let fields = line.split(separator: ",")
            return milliseconds(fields[1])..<milliseconds(fields[2])
        }
    }

    private func milliseconds(_ time: Substring) -> Int {
        let parts = time.split(whereSeparator: { ":.".contains($0) }).compactMap { Int($0) }
        return (((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 100 + parts[3]) * 10
    }

    @Test(arguments: AspectRatio.allCases)
    func `words are spoken when the script for libass highlights them`(ratio: AspectRatio) throws {
        let short = try short()
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })
        let script = AssScript.script(for: short, canvas: canvas, fonts: .assumed)
        for page in short.captions {
            let sheet = CaptionSheet(page, short.captionStyle, canvas)
            #expect(sheet.lines.joined().map(\.text) == page.words.map(\.text))
            for word in sheet.lines.joined() {
                let states = highlighted(script, word.text)
                #expect(
                    states.contains { abs($0.lowerBound - word.spokenMs.lowerBound) <= 5 }
                        && states.contains { abs($0.upperBound - word.spokenMs.upperBound) <= 5 },
                    "\(word.text)"
                )
            }
        }
    }

    @Test func `over a stacked picture captions stand on its seam`() throws {
        let short = try StyleFixtures.composition(stacked: true).shorts[0]
        let canvas = short.canvases[0]
        let stackedMs = try #require(canvas.shots.first).endMs
        let pages = short.captions
        let over = try #require(pages.first { $0.endMs <= stackedMs })
        let after = try #require(pages.first { $0.startMs >= stackedMs })

        let sheet = CaptionSheet(over, short.captionStyle, canvas)
        let height = sheet.linePixels * Double(sheet.lines.count)
        #expect(abs(Double(sheet.baselinePixels) - height / 2 - 960) <= 1)
        let plain = SafeArea.captionBaseline(share: short.captionStyle.baselineShare, canvas: canvas)
        #expect(CaptionSheet(after, short.captionStyle, canvas).baselinePixels == plain)
        let script = AssScript.script(for: short, canvas: canvas, fonts: .assumed)
        #expect(script.contains("\\pos(540,\(sheet.baselinePixels))"))
        #expect(script.contains("\\pos(540,\(plain))"))
    }

    @Test func `a silence after a word ends its colour, a short pause does not`() throws {
        let short = try short()
        let sheet = CaptionSheet(
            page([("a", 100, 400), ("b", 700, 900), ("c", 1_201, 1_300)], endMs: 1_500),
            short.captionStyle,
            short.canvases[0]
        )

        #expect(sheet.lines.joined().map(\.spokenMs) == [100..<700, 700..<900, 1_201..<1_500])
    }

    @Test func `words out of order have no time rather than a negative one`() throws {
        let short = try short()
        let sheet = CaptionSheet(
            page([("a", 500, 600), ("b", 400, 450), ("c", 700, 800)], endMs: 600),
            short.captionStyle,
            short.canvases[0]
        )

        #expect(sheet.lines.joined().map(\.spokenMs) == [500..<500, 500..<700, 700..<700])
    }

    @Test func `capitals and emphasis are in it`() throws {
        let short = try short()
        var style = short.captionStyle
        style.uppercase = true
        var page = page([("loaf", 0, 100)], endMs: 100)
        page.words[0].emphasised = true
        let word = CaptionSheet(page, style, short.canvases[0]).lines[0][0]

        #expect(word.text == "LOAF" && word.isEmphasised && word.color != style.textColor)
    }

    @Test func `the card lies in the canvas, and a title without words has none`() throws {
        let short = try short()
        let (title, style) = (try #require(short.titleOverlay), try #require(short.titleStyle))
        for canvas in short.canvases {
            let card = try #require(TitleSheet(title, style, short, canvas))
            #expect(card.lines.joined(separator: " ") == title.text)
            #expect(card.x >= 0 && card.x + card.width <= Double(canvas.width))
            #expect(card.y >= 0 && card.y + card.height <= Double(canvas.height))
        }
        var empty = title
        empty.text = " \n"
        #expect(TitleSheet(empty, style, short, short.canvases[0]) == nil)
    }
}

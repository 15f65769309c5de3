import Contracts
import Foundation
import Styles
import Testing

@Suite struct CaptionAnimationTests {
    private static let words = [
        ("Count", 100, 400), ("every", 420, 700), ("loaf", 1_200, 1_500),
    ]

    private func short(
        _ animation: CaptionAnimation?,
        words: [(String, Int, Int)] = words,
        box: String? = nil
    ) throws -> Composition.Short {
        var short = try StyleFixtures.composition().shorts[0]
        short.captions = [
            CaptionPage(
                startMs: 100,
                endMs: 1_850,
                words: words.map { .init(text: $0.0, startMs: $0.1, endMs: $0.2) }
            )
        ]
        short.captionStyle.animation = animation
        short.captionStyle.backgroundColor = box
        short.titleOverlay = nil
        return short
    }

    private func events(_ short: Composition.Short, style: String = "Caption") -> [AssEvent] {
        AssEvent.all(AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed), style: style)
    }

    @Test func `a style that names no animation highlights the spoken word as it always did`() throws {
        #expect(events(try short(nil)) == events(try short(.highlight)))
        let json =
            Data(#"{"enabled":true,"font_family":"Inter","font_weight":800,"size_share":0.08,"#.utf8)
            + Data(##""text_color":"#FFFFFF","highlight_color":"#FFD60A","outline_color":"#0B0B0D","##.utf8)
            + Data(
                #""outline_share":0.1,"uppercase":false,"words_per_page_max":4,"baseline_share":0.7}"#.utf8
            )
        let style = try WireJSON.decode(CaptionStyle.self, from: json)
        #expect(style.animation == nil && style.backgroundColor == nil)
        #expect(try !String(decoding: WireJSON.encode(style), as: UTF8.self).contains("animation"))
    }

    @Test func `karaoke fills each word from its onset to its end, in one event`() throws {
        let event = try #require(events(try short(.karaoke)).first)
        #expect(events(try short(.karaoke)).count == 1)
        #expect(event.start == 10 && event.end == 185)

        // What waits and what fills, in hundredths from the event's start.
        var clock = event.start
        var onsets: [Int] = []
        for match in event.text.matches(of: /\\(k|kf)(\d+)/) {
            if match.output.1 == "kf" { onsets.append(clock) }
            clock += Int(match.output.2) ?? 0
        }
        #expect(onsets == [10, 42, 120])
        #expect(event.text.contains("\\1c&H0AD6FF&") && event.text.contains("\\2c&HFFFFFF&"))
    }

    @Test func `a word that is read from the right is filled at once`() throws {
        let words = [("مرحبا", 100, 400), ("بالعالم", 420, 700), ("2026", 1_200, 1_500)]

        let text = try #require(events(try short(.karaoke, words: words)).first).text

        #expect(text.matches(of: /\\k\d+\}[مب]/).count == 2)
        #expect(text.contains(/\\kf\d+\}2026/))
    }

    @Test func `a page springs in over all of its states within 140 ms, and no word is scaled`() throws {
        let words = [("I", 100, 160), ("am", 160, 230), ("here", 230, 900)]

        let states = events(try short(.pop, words: words))

        #expect(states[0].text.contains("\\fscx92\\fscy92\\t(0,140,\\fscx100\\fscy100)"))
        #expect(states[1].text.contains("\\fscx95.4\\fscy95.4\\t(0,80,"))
        #expect(states[2].text.contains("\\fscx99.4\\fscy99.4\\t(0,10,"))
        #expect(states.dropFirst(3).allSatisfy { !$0.text.contains("\\fscx") })
        // One scale for the whole line, before its first word.
        #expect(states.allSatisfy { $0.text.ranges(of: "\\t(").count <= 1 })
        for (index, word) in words.enumerated() {
            #expect(states[index].text.contains("{\\1c&H0AD6FF&}\(word.0)"))
            #expect(abs(states[index].start * 10 - word.1) <= 80)
        }
    }

    @Test func `a plain page is one event of one colour`() throws {
        var short = try short(.plain)
        short.captions[0].words[1].emphasised = true

        let states = events(short)

        #expect(states.count == 1)
        #expect(states[0].text.matches(of: /\\1c&H([0-9A-F]+)&/).allSatisfy { $0.output.1 == "FFFFFF" })
        let sheet = CaptionSheet(short.captions[0], short.captionStyle, short.canvases[0])
        #expect(sheet.lines.joined().allSatisfy { $0.spokenMs.isEmpty && $0.color == "#FFFFFF" })
    }

    @Test(arguments: AspectRatio.allCases) func `a box holds its page and keeps to the safe area`(
        ratio: AspectRatio
    ) throws {
        var style = try BuiltInStyle.standard().document
        style.captions.backgroundColor = "#101014"
        style.captions.sizeShare = 0.15
        let short = try StyleFixtures.composition(style: style).shorts[0]
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })
        let safe = SafeArea(ratio).rect(width: ratio.width, height: ratio.height)
        let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)

        let boxes = AssEvent.all(script, style: "CaptionBox")
        let texts = AssEvent.all(script, style: "Caption")

        #expect(boxes.count == short.captions.count)
        for box in boxes {
            let place = try #require(box.place)
            let size = try #require(box.shapeSize)
            #expect(place.y <= safe.y + safe.height && place.y - size.height >= safe.y)
            #expect(size.width <= safe.width)
            let text = try #require(texts.first { $0.start >= box.start && $0.end <= box.end })
            #expect(try #require(text.place).y < place.y && text.layer > box.layer)
        }
    }

    @Test func `with a box, words must stand out from it and not from their outline`() throws {
        var document = try BuiltInStyle.standard().document
        document.captions.outlineColor = "#FFFFFF"
        #expect(StyleValidator.problems(document).map(\.pointer).contains("/captions/text_color"))

        document.captions.backgroundColor = "#101014"
        #expect(StyleValidator.problems(document).isEmpty)

        document.captions.backgroundColor = "#EEEEEE"
        #expect(StyleValidator.problems(document).first?.pointer == "/captions/text_color")
        document.captions.backgroundColor = "black"
        #expect(StyleValidator.problems(document).map(\.pointer) == ["/captions/background_color"])
    }
}

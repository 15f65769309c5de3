import Contracts
import Foundation
import Styles
import Testing

@Suite struct AssScriptTests {
    /// Dialogue lines of a style, as start and end in hundredths and the text.
    private func events(_ script: String, style: String) -> [(start: Int, end: Int, text: String)] {
        script.split(separator: "\n").filter { $0.hasPrefix("Dialogue:") }.compactMap { line in
            let fields = line.split(separator: ",", maxSplits: 9, omittingEmptySubsequences: false).map(
                String.init
            )
            guard fields[3] == style else { return nil }
            return (hundredths(fields[1]), hundredths(fields[2]), fields[9])
        }
    }

    private func hundredths(_ time: String) -> Int {
        let parts = time.split(whereSeparator: { ":.".contains($0) }).compactMap { Int($0) }
        return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 100 + parts[3]
    }

    private func plain(_ text: String) -> String {
        text.replacing(/\{\\[^}]*\}/, with: "").replacing("\\N", with: " ")
    }

    @Test(arguments: AspectRatio.allCases) func `each word is highlighted within 80 ms of its onset`(
        ratio: AspectRatio
    ) throws {
        let short = try StyleFixtures.composition().shorts[0]
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })

        let script = AssScript.script(for: short, canvas: canvas, fonts: .assumed)

        #expect(script.contains("PlayResX: \(ratio.width)\nPlayResY: \(ratio.height)\n"))
        let states = events(script, style: "Caption")
        for word in short.captions.flatMap(\.words) {
            let highlighted = states.first {
                $0.text.contains("{\\1c&H0AD6FF&}\(word.text)") && $0.end * 10 > word.startMs
            }
            let onset = try #require(highlighted?.start)
            #expect(abs(onset * 10 - word.startMs) <= 80)
        }
        for (state, next) in zip(states, states.dropFirst()) { #expect(state.end <= next.start) }
        #expect(
            states.allSatisfy { $0.text.count { $0 == "\\" } > 0 && $0.text.ranges(of: "\\N").count <= 1 }
        )
    }

    @Test func `states of a page follow each other without a gap`() throws {
        let short = try StyleFixtures.composition().shorts[0]

        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed)
        let states = events(script, style: "Caption")

        for page in short.captions {
            let own = states.filter { $0.start * 10 >= page.startMs - 5 && $0.end * 10 <= page.endMs + 5 }
            for (state, next) in zip(own, own.dropFirst()) { #expect(state.end == next.start) }
            #expect(own.allSatisfy { plain($0.text) == page.words.map(\.text).joined(separator: " ") })
        }
    }

    @Test(arguments: AspectRatio.allCases) func `captions and title keep to the safe area`(
        ratio: AspectRatio
    ) throws {
        let short = try StyleFixtures.composition().shorts[0]
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })
        let safe = SafeArea(ratio).rect(width: ratio.width, height: ratio.height)

        let script = AssScript.script(for: short, canvas: canvas, fonts: .assumed)

        for event in events(script, style: "Caption") {
            let place = try #require(event.text.firstMatch(of: /\\pos\((\d+),(\d+)\)\\fs([\d.]+)/)?.output)
            let (bottom, size) = (Double(place.2) ?? 0, Double(place.3) ?? 0)
            let lines = event.text.components(separatedBy: "\\N")
            #expect(bottom <= Double(safe.y + safe.height))
            #expect(bottom - size * Double(lines.count) >= Double(safe.y))
            for line in lines {
                let width = FontLibrary.width(of: plain(line), family: "Inter", weight: 800, size: size)
                #expect(width <= Double(safe.width))
            }
        }
        let title = try #require(events(script, style: "Title").first)
        #expect(plain(title.text) == "Count every loaf before you bake it")
        #expect(title.start == 0 && title.end == 350)
    }

    @Test(arguments: AspectRatio.allCases)
    func `a picture in a corner keeps to the safe area, and the title to its distance`(
        ratio: AspectRatio
    ) throws {
        let short = try StyleFixtures.composition().shorts[0]
        let canvas = try #require(short.canvases.first { $0.aspectRatio == ratio })
        let safe = SafeArea(ratio).rect(width: ratio.width, height: ratio.height)
        var image = try #require(short.images.first)

        for corner in [OverlayCorner.topLeft, .topRight, .bottomLeft, .bottomRight] {
            image.corner = corner
            let place = SafeArea.place(image, sides: (400, 100), canvas: (ratio, ratio.width, ratio.height))
            #expect(safe.contains(place))
        }

        let logo = SafeArea.place(
            try #require(short.images.first),
            sides: (400, 100),
            canvas: (ratio, ratio.width, ratio.height)
        )
        let script = AssScript.script(for: short, canvas: canvas, fonts: .assumed)
        let card = try #require(events(script, style: "Card").first)
        let corner = try #require(card.text.firstMatch(of: /\\pos\(([\d.]+),([\d.]+)\)/)?.output)
        let right = Double(ratio.width) - (Double(corner.1) ?? 0)
        let isBelow = (Double(corner.2) ?? 0) >= Double(logo.y + logo.height)
        #expect(isBelow || right < Double(logo.x))
    }

    @Test func `a word that is too long for the canvas is shrunk, not cut`() throws {
        let word = String(repeating: "Incomprehensible", count: 4)
        let short = try StyleFixtures.composition(text: "Say \(word) twice.").shorts[0]

        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed)
        let states = events(script, style: "Caption")

        let state = try #require(states.first { $0.text.contains(word) })
        let size = try #require(state.text.firstMatch(of: /\\fs([\d.]+)/)).output.1
        #expect(FontLibrary.width(of: word, family: "Inter", weight: 800, size: Double(size) ?? 0) <= 952)
    }

    @Test func `text cannot become an override, a line break or another event`() throws {
        let hostile = "We {\\fs200}say \\N this\nDialogue: {now} a\\b\u{202E}c."
        var short = try StyleFixtures.composition().shorts[0]
        short.captions = [
            CaptionPage(startMs: 0, endMs: 900, words: [.init(text: hostile, startMs: 0, endMs: 900)])
        ]
        short.titleOverlay?.text = hostile

        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed)

        #expect(script.split(separator: "\n").count { $0.hasPrefix("Dialogue:") } == 3)
        #expect(
            script.contains("We \\{\\\u{2060}fs200\\}say \\\u{2060}N this Dialogue: \\{now\\} a\\\u{2060}bc.")
        )
    }

    @Test func `an upper-case style writes captions in capitals, not the title`() throws {
        var style = try BuiltInStyle.standard().document
        style.captions.uppercase = true

        let short = try StyleFixtures.composition(style: style).shorts[0]

        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed)
        #expect(script.contains("OWNERS") && script.contains("Count every loaf"))
    }

    @Test func `a style without captions or title draws nothing`() throws {
        var style = try BuiltInStyle.standard().document
        style.captions.enabled = false
        style.title = nil

        let short = try StyleFixtures.composition(style: style).shorts[0]

        #expect(short.captions.isEmpty && short.titleOverlay == nil)
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .assumed)
        #expect(!script.contains("Dialogue:"))
    }
}

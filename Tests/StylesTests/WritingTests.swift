import Contracts
import Foundation
import Styles
import Testing

/// Captions and titles of scripts that have no spaces, are read from the right, or are not in a style's font.
///
/// The fonts are those that `scripts/setup` installs.
@Suite struct WritingTests {
    private struct Sample {
        let words: [String]
        let family: String
    }

    private static let samples: [String: Sample] = [
        "Chinese": Sample(words: ["我们", "今天", "学习"], family: "Noto Sans CJK SC"),
        "Chinese of Taiwan": Sample(words: ["我們", "今天", "學習"], family: "Noto Sans CJK TC"),
        "Japanese": Sample(words: ["今日は", "天気が", "いい"], family: "Noto Sans CJK JP"),
        "Korean": Sample(words: ["오늘은", "날씨가", "좋다"], family: "Noto Sans CJK KR"),
        "Hindi": Sample(words: ["आज", "मौसम", "अच्छा"], family: "Noto Sans Devanagari UI"),
        "Arabic": Sample(words: ["الطقس", "جميل", "اليوم"], family: "Noto Sans Arabic UI"),
        "Hebrew": Sample(words: ["מזג", "האוויר", "יפה"], family: "Noto Sans Hebrew"),
        "Thai": Sample(words: ["วันนี้", "อากาศ", "ดี"], family: "Noto Sans Thai UI"),
        "Bengali": Sample(words: ["আজ", "আবহাওয়া", "ভালো"], family: "Noto Sans Bengali UI"),
        "emoji": Sample(words: ["🎉", "👍🏽", "❤️"], family: "Symbola"),
    ]

    private static func short(_ words: [String], title: String? = nil) throws -> Composition.Short {
        var short = try StyleFixtures.composition().shorts[0]
        let timed = words.enumerated().map { index, word in
            CaptionPage.Word(text: word, startMs: 300 * index, endMs: 300 * index + 250)
        }
        short.captions = [CaptionPage(startMs: 0, endMs: 300 * words.count, words: timed)]
        if let title { short.titleOverlay?.text = title } else { short.titleOverlay = nil }
        return short
    }

    /// The text of the first event of a style, without its overrides.
    private static func plain(_ script: String, style: String = "Caption") throws -> String {
        let line = try #require(script.split(separator: "\n").first { $0.contains(",\(style),,") })
        let text = try #require(
            line.split(separator: ",", maxSplits: 9, omittingEmptySubsequences: false).last
        )
        return String(text).replacing(/\{\\[^}]*\}/, with: "")
    }

    @Test(arguments: Self.samples.keys.sorted())
    func `each run of text names a font that has it, at the same size of an em`(name: String) throws {
        let sample = try #require(Self.samples[name])
        let short = try Self.short(sample.words)
        for canvas in short.canvases {
            let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)
            let runs = script.matches(of: /\{\\fn([^\\]+)\\fs([\d.]+)\}[^{]+\{\\fnInter\\fs([\d.]+)\}/)

            #expect(runs.count >= sample.words.count)
            #expect(runs.allSatisfy { $0.output.1 == sample.family }, "\(name)")
            for run in runs {
                let (size, own) = (Double(run.output.2) ?? 0, Double(run.output.3) ?? 0)
                #expect((0.95...1.3).contains(size / own))
            }
        }
        #expect(TextCoverage(of: short, fonts: .installed).letters == [])
        #expect(TextCoverage(of: short, fonts: .installed).signs == [])
    }

    @Test func `the fonts' own tables give the widths that estimates are made of`() throws {
        for family in FontLibrary.families {
            let text = "Count every loaf before you bake it, 1984!"
            let measured = try #require(FontBook.installed.width(of: text, family: family, weight: 400))
            let estimate = FontLibrary.width(of: text, family: family, weight: 400, size: 1_200) / 1_000
            #expect(abs(measured - estimate) < 0.03 * estimate, "\(family): \(measured), \(estimate)")
        }
    }

    @Test func `what no font has is left out and named`() throws {
        // A letter and an emoji of Unicode 15, which is younger than the fonts.
        let short = try Self.short(["ok", "a\u{11F04}", "b\u{1FAE8}"], title: "\u{1FAE8} \u{378}")
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)

        let missing = TextCoverage(of: short, fonts: .installed)
        #expect(missing.letters == ["\u{11F04}"] && missing.signs == ["\u{1FAE8}", "\u{378}"])
        #expect(TextCoverage.names(missing.letters) == "'\u{11F04}' (U+11F04)")
        #expect(!script.unicodeScalars.contains { [0x1_1F04, 0x1_FAE8, 0x378].contains($0.value) })
        #expect(try Self.plain(script) == "ok a b")
    }

    @Test func `a machine without fonts has none of them`() throws {
        let empty = FontBook(folders: ["/nonexistent"])

        #expect(!empty.has(family: "Inter") && FontBook.installed.has(family: "Inter"))
        #expect(TextCoverage(of: try Self.short(["one"]), fonts: empty).letters == ["o", "n", "e"])
    }

    @Test func `a font file that is broken anywhere is passed over or read, and never runs beyond its end`()
        throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fonts-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let font = try Data(contentsOf: URL(filePath: "/usr/share/fonts/truetype/lato/Lato-Regular.ttf"))
        let file = folder.appending(path: "Broken.ttf")
        let short = try Self.short(["one", "语", "مع"])
        for step in 0..<60 {
            var broken = step % 2 == 0 ? font.prefix(step * step * 40) : font
            for index in stride(from: step, to: min(broken.count, 4_000), by: 61) where step > 0 {
                broken[index] ^= 0xFF
            }
            try broken.write(to: file)
            _ = TextCoverage(of: short, fonts: FontBook(folders: [folder.path(percentEncoded: false)]))
        }
    }

    @Test func `Chinese has no spaces between words and is not cut before closing punctuation`() throws {
        let words = ["我们今天", "一起学习", "怎么样", "做面包（好", "吃的）。", "大家好"]
        let short = try Self.short(words)
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)

        let lines = try Self.plain(script).components(separatedBy: "\\N")
        #expect(lines.count == 2 && lines.joined() == words.joined())
        #expect(!lines[1].hasPrefix("。") && !lines[1].hasPrefix("）") && !lines[0].hasSuffix("（"))
    }

    @Test func `a title without spaces is set in two lines, not shrunk`() throws {
        let title = "为什么大多数面包店老板从来不算一个面包的成本？"
        let short = try Self.short(["好"], title: title)
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)

        let lines = try Self.plain(script, style: "Title").components(separatedBy: "\\N")
        #expect(lines.count == 2 && lines.joined() == title)
        #expect(abs(lines[0].count - lines[1].count) <= 2)
    }

    @Test func `words of letters beside Chinese ones stand close, others keep their spaces`() throws {
        let short = try Self.short(["用", "iPhone", "15", "拍"])
        let script = AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)

        #expect(try Self.plain(script) == "用iPhone 15拍")
    }

    @Test func `lines of a page that is read from the right keep its direction`() throws {
        let words = ["هذا", "المقطع", "القصير", "عن", "iPhone", "وليس", "عن", "غيره", "إطلاقا"]
        let short = try Self.short(words)
        let canvas = try #require(short.canvases.first { $0.aspectRatio == .portrait })
        let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)

        // In reading order; a line that begins with a word of another direction is marked.
        let lines = try Self.plain(script).components(separatedBy: "\\N")
        #expect(lines.joined(separator: " ").filter { $0 != "\u{200F}" } == words.joined(separator: " "))
        let starts = lines.filter { $0.hasPrefix("\u{200F}") }
        #expect(starts.count == lines.count { $0.drop { $0 == "\u{200F}" }.hasPrefix("iPhone") })
        #expect(try Self.plain(mixed(["iPhone", "هذا"])) == "iPhone هذا")
        #expect(try Self.plain(mixed(["هذا", "iPhone"])) == "هذا iPhone")
    }

    private func mixed(_ words: [String]) throws -> String {
        let short = try Self.short(words)
        return AssScript.script(for: short, canvas: short.canvases[0], fonts: .installed)
    }
}

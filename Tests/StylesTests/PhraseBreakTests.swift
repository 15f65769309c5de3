import Contracts
import Styles
import Testing

/// Where pages and lines end, by what the words are.
@Suite struct PhraseBreakTests {
    private func pages(of text: String) throws -> [String] {
        let transcript = StyleFixtures.transcript(of: text)
        return try StyleFixtures.bundle(of: StyleFixtures.moment(of: transcript), transcript: transcript)
            .captions.map { $0.words.map(\.text).joined(separator: " ") }
    }

    @Test(arguments: [
        ("We sell fresh bread because people love warm food.", "because"),
        ("Small shops can survive without any bigger loans.", "without"),
        ("Nuestra tienda vende pan porque gusta mucho hoy.", "porque"),
    ])
    func `a page ends before a word that begins a phrase`(text: String, opener: String) throws {
        #expect(try pages(of: text).contains { $0.hasPrefix(opener) })
    }

    @Test(arguments: ["We walked slowly through the old market in the rain today."])
    func `no page ends on an article or a preposition`(text: String) throws {
        for page in try pages(of: text) {
            let last = page.split(separator: " ").last.map(String.init) ?? ""
            #expect(!["the", "in", "through"].contains(last), "\(page)")
        }
    }

    @Test func `a line ends after a comma or before a phrase where it may as well end elsewhere`() throws {
        func lines(of words: [String]) throws -> [String] {
            var short = try StyleFixtures.composition().shorts[0]
            short.captions = [
                CaptionPage(
                    startMs: 0,
                    endMs: 900,
                    words: words.enumerated().map { index, text in
                        .init(text: text, startMs: index * 100, endMs: index * 100 + 90)
                    }
                )
            ]
            let sheet = CaptionSheet(short.captions[0], short.captionStyle, short.canvases[0])
            return sheet.lines.map { line in line.map(\.text).joined(separator: " ") }
        }
        #expect(try lines(of: ["Baking", "bread", "for", "everybody"]) == ["Baking bread", "for everybody"])
        #expect(try lines(of: ["Bakers", "know", "the", "difference"]) == ["Bakers know", "the difference"])
        #expect(try lines(of: ["Yesterday,", "somebody", "came"]).first == "Yesterday,")
    }
}

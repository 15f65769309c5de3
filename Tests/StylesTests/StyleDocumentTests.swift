import Contracts
import Foundation
import Signatures
import Styles
import Testing

@Suite struct StyleDocumentTests {
    @Test func `the built-in style is valid and its digests are those of its bytes`() throws {
        let style = try BuiltInStyle.standard()

        #expect(StyleValidator.problems(style.document).isEmpty)
        #expect(SHA256Digest.hex(style.documentJSON) == style.digest)
        for (sha256, png) in style.assets {
            #expect(SHA256Digest.hex(png) == sha256)
            #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(png.count < 20_000)
        }
        #expect(style.assets[try #require(style.document.logo).assetSha256] != nil)
    }

    @Test func `everything that is wrong is told at once, at its pointer`() throws {
        var document = try BuiltInStyle.standard().document
        document.name = ""
        document.captions.fontFamily = "Comic Sans"
        document.captions.fontWeight = 850
        document.captions.sizeShare = .nan
        document.captions.textColor = "white"
        document.captions.wordsPerPageMax = 0
        document.title?.topShare = 2
        document.title?.textColor = "#111114"
        document.logo?.assetSha256 = "../etc/passwd"
        document.audio.targetLufs = 3
        document.audio.tighten = TighteningStyle(pauseMsMax: 199, fillers: true)

        let pointers = StyleValidator.problems(document).map(\.pointer)

        let expected = [
            "/name", "/captions/font_family", "/captions/font_weight", "/captions/size_share",
            "/captions/words_per_page_max", "/captions/text_color", "/title/text_color", "/title/top_share",
            "/logo/asset_sha256", "/audio/target_lufs", "/audio/tighten/pause_ms_max",
        ]
        #expect(pointers.sorted() == expected.sorted())
    }

    @Test func `tightening has its limits and does something`() throws {
        var document = try BuiltInStyle.standard().document
        func pointers(_ pauseMsMax: Int?, _ fillers: Bool) -> [String] {
            document.audio.tighten = TighteningStyle(pauseMsMax: pauseMsMax, fillers: fillers)
            return StyleValidator.problems(document).map(\.pointer)
        }

        #expect(document.audio.tighten == nil)
        #expect(pointers(200, false) == [] && pointers(5_000, true) == [] && pointers(nil, true) == [])
        #expect(pointers(5_001, false) == ["/audio/tighten/pause_ms_max"])
        #expect(pointers(nil, false) == ["/audio/tighten"])
    }

    @Test(arguments: ["#fff", "#GGGGGG", "FFFFFF", "#+FFFFF", "#FFFFFF0", ""])
    func `a colour of any other form is refused`(color: String) throws {
        var document = try BuiltInStyle.standard().document
        document.captions.highlightColor = color

        #expect(StyleValidator.problems(document).map(\.pointer) == ["/captions/highlight_color"])
    }
}

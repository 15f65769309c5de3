import Contracts
import Styles
import Testing

@Suite struct StylePublicationTests {
    private static let music = StyleAsset(sha256: String(repeating: "b", count: 64), kind: .sound)

    private static func style() throws -> StyleDocument {
        var style = try BuiltInStyle.standard().document
        style.music = MusicStyle(assetSha256: music.sha256, gainDb: -18, duckingDb: 10, fadeOutMs: 1_000)
        return style
    }

    private static func files(of style: StyleDocument) -> [StyleAsset: StylePublication.File] {
        Dictionary(uniqueKeysWithValues: style.assets.map { ($0.asset, .init(sizeBytes: 1_000, fault: nil)) })
    }

    @Test func `a style whose fonts and files are there is published`() throws {
        let style = try Self.style()

        #expect(
            StylePublication.problems(style, files: Self.files(of: style), fonts: .installed).isEmpty
        )
    }

    @Test func `each font that is not installed and each file that is not there is named by its member`()
        throws
    {
        let style = try Self.style()

        let pointers = StylePublication.problems(style, files: [:], fonts: FontBook(folders: []))
            .map(\.pointer)

        #expect(
            pointers == [
                "/captions/font_family", "/title/font_family", "/logo/asset_sha256", "/music/asset_sha256",
            ]
        )
    }

    @Test func `a file that is too large, of another kind or damaged is named by its member`() throws {
        let style = try Self.style()
        var files = Self.files(of: style)

        files[Self.music] = .init(sizeBytes: StylePublication.fileBytesMax, fault: nil)
        #expect(StylePublication.problems(style, files: files, fonts: .installed).isEmpty)
        files[Self.music] = .init(
            sizeBytes: StylePublication.fileBytesMax + 1,
            fault: "the file has no sound"
        )
        let problems = StylePublication.problems(style, files: files, fonts: .installed)
        #expect(problems.map(\.pointer) == ["/music/asset_sha256", "/music/asset_sha256"])
        #expect(problems.last?.detail == "is no usable sound: the file has no sound")

        // The same bytes cannot be a picture and a sound.
        var mixed = style
        mixed.music?.assetSha256 = try #require(style.logo).assetSha256
        let others = StylePublication.problems(mixed, files: Self.files(of: style), fonts: .installed)
        #expect(others.map(\.pointer) == ["/music/asset_sha256"])
    }

    @Test func `what the validator finds stands against publishing too`() throws {
        var style = try Self.style()
        style.captions.fontFamily = "Comic Sans"

        let problems = StylePublication.problems(style, files: Self.files(of: style), fonts: .installed)

        #expect(problems.map(\.pointer) == ["/captions/font_family"])
    }
}

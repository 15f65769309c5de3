import Contracts
import Foundation
import Media
import Signatures
import Testing

/// Progress bar and lower third as they come out of the renderer.
@Suite(.timeLimit(.minutes(5))) struct BrandingInkTests {
    private static let lengthMs = 3_000

    private static func short() -> Composition.Short {
        var short = SampleShort.short(imageSha256: nil)
        short.captions = []
        short.captionStyle.enabled = false
        short.branding = Branding(
            progressBar: ProgressBarStyle(color: "#00FF00", heightShare: 0.02, edge: .bottom),
            lowerThird: LowerThirdStyle(
                name: "Ada Baker",
                role: "صاحبة مخبز",
                fontFamily: "Inter",
                fontWeight: 800,
                sizeShare: 0.05,
                textColor: "#FFFFFF",
                backgroundColor: "#B00000",
                accentColor: nil,
                side: .right,
                startMs: 1_000,
                durationMs: 1_000
            )
        )
        return short
    }

    /// The red pixels of the card, and how many are those of its text.
    private static func third(_ picture: BGRFrame) -> (card: [(x: Int, y: Int)], text: Int) {
        var (card, text): ([(x: Int, y: Int)], Int) = ([], 0)
        for line in 0..<picture.height * 9 / 10 {
            for column in 0..<picture.width {
                let at = line * picture.stride + column * 3
                let (blue, red) = (picture.bytes[at], picture.bytes[at + 2])
                if red > 100 && blue < 60 { card.append((column, line)) }
                if red > 140 && blue > 110 { text += 1 }
            }
        }
        return (card, text)
    }

    @Test func `the bar grows with the short, and the lower third comes and goes in the safe area`()
        async throws
    {
        let files = try await Rendered.files(Self.short())
        for ratio in AspectRatio.allCases {
            try Rendered.pictures(try #require(files[ratio]), width: 270) { timeMs, picture in
                let line = picture.height - 2
                let filled = (0..<picture.width).count { column in
                    picture.bytes[line * picture.stride + column * 3 + 1] > 130
                }
                let wanted = Double(picture.width) * Double(timeMs) / Double(Self.lengthMs)
                #expect(abs(Double(filled) - wanted) <= 6, "\(ratio) \(timeMs) ms: \(filled)")

                let (card, text) = Self.third(picture)
                if (1_250..<1_750).contains(timeMs) {
                    #expect(card.count > 200 && text > 20, "\(ratio) \(timeMs) ms: \(card.count) \(text)")
                    let sides = (card.map(\.x).min() ?? 0, card.map(\.x).max() ?? picture.width)
                    #expect(sides.0 > picture.width / 20 && sides.1 < picture.width * 945 / 1_000)
                    let lowest = Double(card.map(\.y).max() ?? 0) / Double(picture.height)
                    #expect(lowest < (ratio == .portrait ? 0.802 : 0.922), "\(ratio)")
                } else if timeMs < 960 || timeMs > 2_040 {
                    #expect(card.isEmpty && text == 0, "\(ratio) \(timeMs) ms: \(card.count) \(text)")
                }
            }
        }
    }

    @Test func `background and music of a style are fetched by their digests`() async throws {
        var short = SampleShort.short(imageSha256: nil)
        short.canvases.removeLast(2)
        short.canvases[0].shots[0].layout = .fit
        let picture = try SampleMedia.png()
        let sound = try SampleMedia.darkVideo(seconds: 1)
        let (pictureSha, soundSha) = (SHA256Digest.hex(picture), SHA256Digest.hex(sound))
        short.branding = Branding(
            background: BackgroundStyle(kind: .image, assetSha256: pictureSha),
            music: MusicStyle(assetSha256: soundSha, gainDb: -20, duckingDb: 6, fadeOutMs: 200)
        )
        #expect(
            short.assets.map(\.inputName) == ["asset/\(pictureSha).png", "asset/\(soundSha).audio"].sorted()
        )

        let files = try await Rendered.files(
            short,
            assets: ["asset/\(pictureSha).png": picture, "asset/\(soundSha).audio": sound]
        )

        try Rendered.pictures(try #require(files[.portrait]), width: 270) { timeMs, picture in
            let at = 20 * picture.stride + 135 * 3
            #expect(picture.bytes[at + 2] > 200 && picture.bytes[at] < 60, "\(timeMs) ms")
        }
    }
}

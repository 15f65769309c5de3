import Contracts
import Foundation
import Media
import Testing

/// What each animation of captions paints, in scripts that are read from either side.
@Suite(.timeLimit(.minutes(5))) struct CaptionAnimationInkTests {
    private static let wordMs = 400
    /// Three words a page; the second one is half spoken when the page is looked at.
    private static let pages = [
        ["Hello", "there", "friend"], ["مرحبا", "بالعالم", "الجميل"], ["今日は", "天気が", "良い"],
    ]
    private static let pageMs = 3 * wordMs

    private static func short(_ animation: CaptionAnimation, ratios: [AspectRatio]) -> Composition.Short {
        var short = SampleShort.short(imageSha256: nil)
        short.captions = pages.enumerated().map { page, words in
            CaptionPage(
                startMs: page * pageMs,
                endMs: (page + 1) * pageMs,
                words: words.enumerated().map { index, text in
                    let start = page * pageMs + index * wordMs
                    return .init(text: text, startMs: start, endMs: start + wordMs)
                }
            )
        }
        short.captionStyle.animation = animation
        short.captionStyle.sizeShare = 0.1
        short.durationMs = pages.count * pageMs
        short.canvases = short.canvases.filter { ratios.contains($0.aspectRatio) }
        for index in short.canvases.indices { short.canvases[index].shots[0].endMs = short.durationMs }
        return short
    }

    private func pictures(_ animation: CaptionAnimation, ratios: [AspectRatio]) async throws -> [CaptionInk] {
        let files = try await Rendered.files(Self.short(animation, ratios: ratios))
        return try ratios.flatMap { try CaptionInk.read(#require(files[$0]), ratio: $0) }
    }

    private func picture(
        _ all: [CaptionInk],
        _ ratio: AspectRatio,
        page: Int,
        afterMs: Int
    ) throws -> CaptionInk {
        try #require(all.first { $0.ratio == ratio && $0.timeMs >= page * Self.pageMs + afterMs })
    }

    @Test func `karaoke fills from the side that is read first, in all ratios`() async throws {
        let all = try await pictures(.karaoke, ratios: AspectRatio.allCases)
        for ratio in AspectRatio.allCases {
            for page in Self.pages.indices {
                let half = try picture(all, ratio, page: page, afterMs: Self.wordMs * 3 / 2)
                let (ink, filled, rest) = (
                    try #require(half.ink), try #require(half.yellow), try #require(half.white)
                )
                let isFromRight = page == 1
                let (first, last) =
                    isFromRight ? (ink.upperBound, ink.lowerBound) : (ink.lowerBound, ink.upperBound)
                #expect(
                    abs((isFromRight ? filled.upperBound : filled.lowerBound) - first) <= 4,
                    "\(ratio) \(page)"
                )
                #expect(
                    abs((isFromRight ? rest.lowerBound : rest.upperBound) - last) <= 4,
                    "\(ratio) \(page)"
                )
                // What is filled and what is not meet once.
                let overlap = filled.clamped(to: rest)
                #expect(overlap.count <= 4, "\(ratio) \(page): \(filled) \(rest)")
                let end = try picture(all, ratio, page: page, afterMs: Self.pageMs - 60)
                #expect((end.yellow?.count ?? 0) * 10 > ink.count * 8)
                let start = try picture(all, ratio, page: page, afterMs: 0)
                #expect((start.yellow?.count ?? 0) * 3 < ink.count)
            }
        }
        #expect(all.allSatisfy { $0.isInSafeArea })
    }

    @Test func `highlight and pop mark the spoken word alone, plain marks none`() async throws {
        for animation in [CaptionAnimation.highlight, .pop, .plain] {
            let all = try await pictures(animation, ratios: [.portrait])
            for page in Self.pages.indices {
                let half = try picture(all, .portrait, page: page, afterMs: Self.wordMs * 3 / 2)
                let ink = try #require(half.ink)
                guard animation != .plain else {
                    #expect(half.yellow == nil)
                    continue
                }
                let spoken = try #require(half.yellow)
                #expect(spoken.lowerBound > ink.lowerBound + 10 && spoken.upperBound < ink.upperBound - 10)
                for word in 0..<3 {
                    let marked = try picture(all, .portrait, page: page, afterMs: word * Self.wordMs + 80)
                    let isLeft = try #require(marked.yellow).lowerBound < ink.lowerBound + 10
                    #expect(
                        word == 1 || isLeft == ((word == 0) != (page == 1)),
                        "\(animation) \(page) \(word)"
                    )
                }
            }
            #expect(all.allSatisfy { $0.isInSafeArea })
        }
    }

    @Test func `a page of pop grows to its size within 140 ms and keeps it`() async throws {
        let all = try await pictures(.pop, ratios: [.portrait])
        let whole = try #require(try picture(all, .portrait, page: 0, afterMs: 600).ink).count
        let first = try #require(try picture(all, .portrait, page: 0, afterMs: 0).ink).count
        #expect(Double(first) < Double(whole) * 0.95)
        for picture in all where (200..<Self.pageMs - 40).contains(picture.timeMs) {
            let width = try #require(picture.ink).count
            #expect(abs(width - whole) <= 2, "\(picture.timeMs) ms")
        }
    }
}

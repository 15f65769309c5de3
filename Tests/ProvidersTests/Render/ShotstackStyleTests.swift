import Contracts
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

/// What a style adds beside captions and title, as Shotstack is sent it.
@Suite struct ShotstackStyleTests {
    private func orders(
        concessions: Set<RenderConcession> = [.gain],
        _ change: (inout Composition.Short) -> Void
    ) throws -> [JSONPlace] {
        let settings = ShotstackSettings(
            key: Secret("k3y"),
            fonts: ["Inter": "https://fonts.example/Inter.ttf"],
            concessions: concessions
        )
        return try ShotstackRequests(settings: settings, provider: "shotstack")
            .orders(RenderBench.hosted(ratios: 1, change))
            .map { try JSONPlace(try #require($0.start.body)) }
    }

    @Test func `a colour of the style stands in for the blurred copy`() throws {
        let edit = try orders(concessions: [.gain, .branding]) {
            $0.canvases[0].shots[0].layout = .fit
            $0.branding = Branding(
                progressBar: ProgressBarStyle(color: "#FFFFFF", heightShare: 0.01, edge: .top),
                background: BackgroundStyle(kind: .color, color: "#203040")
            )
        }[0]

        #expect(edit.count("timeline.tracks") == 4 && edit.text("timeline.background") == "#203040")
    }

    @Test func `words stay filled in karaoke, and a box stands behind them`() throws {
        let edit = try orders {
            $0.captionStyle.animation = .karaoke
            $0.captionStyle.backgroundColor = "#101014"
        }[0]

        let css = try #require(edit.text("timeline.tracks.1.clips.0.asset.css"))
        // The first page lasts for a second, and its second word begins 300 ms after it.
        #expect(css.contains("spoken 1ms 300ms forwards,quiet1 1ms 1000ms forwards"))
        #expect(css.contains("background:#101014"))
    }

    static let refusals: [(String, Branding)] = [
        (
            "'branding.progress_bar'",
            Branding(progressBar: ProgressBarStyle(color: "#FFFFFF", heightShare: 0.01, edge: .top))
        ),
        (
            "'branding.music'",
            Branding(
                music: MusicStyle(
                    assetSha256: String(repeating: "c", count: 64),
                    gainDb: 0,
                    duckingDb: 0,
                    fadeOutMs: 0
                )
            )
        ),
    ]

    @Test(arguments: refusals.indices)
    func `what has no place in an edit is refused by its name`(index: Int) throws {
        let (words, branding) = Self.refusals[index]

        let problem = #expect(throws: Problem.self) { try orders { $0.branding = branding } }

        #expect(problem?.detail.contains(words) == true && problem?.retryable == false)
    }
}

import Contracts

/// Payloads of shorts for tests.
enum SampleShort {
    static func moment(_ clip: String, _ startMs: Int, _ endMs: Int) -> Plan.Moment {
        Plan.Moment(
            clip: clip,
            rank: 1,
            title: "A moment",
            startMs: startMs,
            endMs: endMs,
            firstWord: 0,
            lastWord: 3,
            text: "Words of a moment.",
            score: 80,
            subscores: .init(hook: 80, standalone: 80, value: 80, shareability: 80, energy: 80),
            reason: "for tests"
        )
    }

    /// Three seconds of a 640x360 clip, 500 ms behind its start.
    static func short(imageSha256: String?) -> Composition.Short {
        let rects: [AspectRatio: PixelRect] = [
            .portrait: PixelRect(x: 200, y: 0, width: 202, height: 360),
            .square: PixelRect(x: 140, y: 0, width: 360, height: 360),
            .landscape: PixelRect(x: 0, y: 0, width: 640, height: 360),
        ]
        return Composition.Short(
            clip: "clip-01",
            title: "A short",
            durationMs: 3_000,
            leadMs: 500,
            fpsNum: 30,
            fpsDen: 1,
            sourceWidth: 640,
            sourceHeight: 360,
            sourceRangesMs: [TimeRange(startMs: 10_000, endMs: 13_000)],
            audio: .init(gainDb: 7, targetLufs: -14, truePeakMaxDbtp: -1, fadeInMs: 15, fadeOutMs: 15),
            captions: [
                CaptionPage(
                    startMs: 100,
                    endMs: 2_800,
                    words: [
                        .init(text: "Hello", startMs: 100, endMs: 1_200),
                        .init(text: "there.", startMs: 1_200, endMs: 2_800),
                    ]
                )
            ],
            captionStyle: CaptionStyle(
                enabled: true,
                fontFamily: "Inter",
                fontWeight: 800,
                sizeShare: 0.06,
                textColor: "#FFFFFF",
                highlightColor: "#FFD400",
                outlineColor: "#000000",
                outlineShare: 0.1,
                uppercase: false,
                wordsPerPageMax: 4,
                baselineShare: 0.74
            ),
            titleOverlay: nil,
            titleStyle: nil,
            images: imageSha256.map { sha256 in
                [
                    ImageOverlay(
                        assetSha256: sha256,
                        corner: .bottomRight,
                        widthShare: 0.1,
                        marginShare: 0.05,
                        opacity: 0.9
                    )
                ]
            } ?? [],
            canvases: AspectRatio.allCases.map { ratio in
                Composition.Canvas(
                    aspectRatio: ratio,
                    width: ratio.width,
                    height: ratio.height,
                    shots: rects[ratio].map {
                        [.init(startMs: 0, endMs: 3_000, layout: .crop, rect: $0)]
                    } ?? []
                )
            },
            warnings: []
        )
    }
}

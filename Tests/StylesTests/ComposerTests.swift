import Contracts
import Styles
import Testing

@Suite struct ComposerTests {
    private typealias Parts = (media: ClipMedia, framing: Framing, audio: AudioPlan)

    @Test func `a short has a canvas per ratio whose shots cover it without gaps`() throws {
        let composition = try StyleFixtures.composition()

        let short = try #require(composition.shorts.first)
        #expect(short.canvases.map(\.aspectRatio) == [.portrait, .square, .landscape])
        for canvas in short.canvases {
            #expect(canvas.shots.first?.startMs == 0 && canvas.shots.last?.endMs == short.durationMs)
            #expect(zip(canvas.shots, canvas.shots.dropFirst()).allSatisfy { $0.endMs == $1.startMs })
        }
        #expect(short.canvases[0].shots.map(\.layout) == [.crop, .fit])
        // The landscape shots are one picture, so they are one shot.
        #expect(short.canvases[2].shots.count == 1)
        #expect(short.audio.gainDb == 6)
        #expect(
            short.warnings == [
                Warning(code: "no-face", detail: "No face was found in the second shot.", clip: "clip-01")
            ]
        )
    }

    @Test func `a style that prefers a layout gets it in every shot`() throws {
        var style = try BuiltInStyle.standard().document
        style.layout.portrait = .fit
        style.layout.square = .crop

        let short = try StyleFixtures.composition(style: style).shorts[0]

        #expect(short.canvases[0].shots.allSatisfy { $0.layout == .fit })
        #expect(short.canvases[1].shots.allSatisfy { $0.layout == .crop })
    }

    @Test func `two faces are stacked, but not by a style that crops, which is said`() throws {
        let stacked = try StyleFixtures.composition(stacked: true).shorts[0]
        var style = try BuiltInStyle.standard().document
        style.layout.portrait = .crop
        let cropped = try StyleFixtures.composition(style: style, stacked: true).shorts[0]

        let shot = try #require(stacked.canvases[0].shots.first)
        #expect(shot.layout == .stacked && shot.stack == StyleFixtures.stack)
        #expect(!stacked.warnings.contains { $0.code == "faces-left-out" })
        #expect(cropped.canvases[0].shots.map(\.layout) == [.crop, .crop])
        #expect(cropped.canvases[0].shots.allSatisfy { $0.stack == nil })
        #expect(cropped.canvases[1].shots.first?.layout == .stacked)
        let warning = try #require(cropped.warnings.first { $0.code == "faces-left-out" })
        #expect(warning.detail.contains("9:16") && warning.detail.contains("1 of 2"))
    }

    @Test func `gain is bounded, with a warning`() throws {
        let short = try StyleFixtures.composition(lufs: -45).shorts[0]

        #expect(short.audio.gainDb == 20)
        #expect(short.warnings.contains { $0.code == "gain-limited" && $0.detail.contains("11 dB quieter") })
    }

    @Test func `a silent clip gets no gain and a warning`() throws {
        let short = try StyleFixtures.composition(lufs: nil).shorts[0]

        #expect(short.audio.gainDb == 0)
        #expect(short.warnings.contains { $0.code == "silent-clip" })
    }

    @Test func `artifacts that do not fit together are refused`() throws {
        let faults: [(String, (inout Parts) -> Void)] = [
            ("framing lasts", { $0.framing.durationMs += 500 }),
            ("audio plan lasts", { $0.audio.durationMs -= 500 }),
            ("framing is of 1280x720", { ($0.framing.width, $0.framing.height) = (1_280, 720) }),
            ("its framing is of 'clip-02'", { $0.framing.clip = "clip-02" }),
            ("gap or overlap", { $0.framing.shots[1].startMs += 40 }),
            ("shots end at", { $0.framing.shots.removeLast() }),
            ("outside of the frame", { $0.framing.shots[0].crops[0].rect.x = 1_400 }),
            ("not of even pixels", { $0.framing.shots[0].crops[0].rect.width = 607 }),
            ("another shape", { $0.framing.shots[0].crops[0].rect.width = 800 }),
            ("or lacks them", { $0.framing.shots[0].crops[0].layout = .stacked }),
            ("without that layout", { $0.framing.shots[0].crops[0].stack = StyleFixtures.stack }),
            (
                "outside of the frame",
                {
                    $0.framing.shots[0].crops[0].layout = .stacked
                    $0.framing.shots[0].crops[0].stack = StyleFixtures.stack
                    $0.framing.shots[0].crops[0].stack?.bottom.x = 1_200
                }
            ),
            (
                "not of even pixels",
                {
                    $0.framing.shots[0].crops[0].layout = .stacked
                    $0.framing.shots[0].crops[0].stack = StyleFixtures.stack
                    $0.framing.shots[0].crops[0].stack?.top.y = 71
                }
            ),
            ("cropped twice", { $0.framing.shots[0].crops.append($0.framing.shots[0].crops[0]) }),
        ]
        for (expected, spoil) in faults {
            var parts = StyleFixtures.clip()
            spoil(&parts)

            let problem = #expect(throws: Problem.self) { try Composer.finalize(clips: [parts]) }

            #expect(problem?.slug == "artifact-invalid")
            #expect(
                problem?.detail.contains(expected) == true,
                "\(problem?.detail ?? "") lacks '\(expected)'"
            )
        }
    }

    @Test func `a clip that is missing is named`() throws {
        let prepared = try Composer.finalize(clips: [])

        let problem = #expect(throws: Problem.self) {
            try Composer.compose(
                plan: StyleFixtures.plan(),
                transcript: StyleFixtures.transcript,
                prepared: prepared,
                bundles: [StyleFixtures.bundle()],
                ratios: [.portrait],
                pin: StyleFixtures.pin
            )
        }

        #expect(problem?.slug == "artifact-missing")
        #expect(problem?.detail.contains("clip-01") == true)
    }

    @Test func `a bundle of another style version is refused`() throws {
        let prepared = try Composer.finalize(clips: [StyleFixtures.clip()])
        var pin = StyleFixtures.pin
        pin.version = 2

        let problem = #expect(throws: Problem.self) {
            try Composer.compose(
                plan: StyleFixtures.plan(),
                transcript: StyleFixtures.transcript,
                prepared: prepared,
                bundles: [StyleFixtures.bundle()],
                ratios: [.portrait],
                pin: pin
            )
        }

        #expect(problem?.slug == "artifact-invalid")
    }
}

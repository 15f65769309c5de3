import Contracts
import Styles

/// A clip of one talk with all that the stages make of it.
enum StyleFixtures {
    static let pin = StylePin(package: "default", version: 1, digest: String(repeating: "0", count: 64))
    static let line =
        "Most owners never count what a single loaf costs them. You pay for flour, you pay for rent, and you forget "
        + "the 4 hours before sunrise. Count every loaf before you bake it!"

    /// Words of 250 ms with gaps of 50 ms, and of 800 ms after a sentence, in source time.
    static let transcript = transcript(of: line)

    static func transcript(of text: String) -> Transcript {
        var clock = 10_000
        let words = text.split(separator: " ").map { text in
            let word = Transcript.Word(
                text: String(text),
                startMs: clock,
                endMs: clock + 250,
                confidence: 0.9
            )
            clock += text.hasSuffix(".") ? 1_050 : 300
            return word
        }
        return Transcript(
            language: "en",
            model: "test",
            durationMs: clock + 1_000,
            words: words,
            sentences: [],
            warnings: []
        )
    }

    static func moment(of transcript: Transcript = transcript, clip: String = "clip-01") -> Plan.Moment {
        Plan.Moment(
            clip: clip,
            rank: 1,
            title: "Count every loaf before you bake it",
            startMs: (transcript.words.first?.startMs ?? 0) - 200,
            endMs: (transcript.words.last?.endMs ?? 0) + 200,
            firstWord: 0,
            lastWord: transcript.words.count - 1,
            text: line,
            score: 80,
            subscores: .init(hook: 80, standalone: 80, value: 80, shareability: 80, energy: 80),
            reason: "Opens well."
        )
    }

    static func plan(_ moments: [Plan.Moment] = [moment()]) -> Plan {
        Plan(model: "test", candidatesConsidered: 1, moments: moments, warnings: [])
    }

    static func clip(
        of moment: Plan.Moment = moment(),
        lufs: Double? = -20
    ) -> (media: ClipMedia, framing: Framing, audio: AudioPlan) {
        let durationMs = moment.endMs - moment.startMs
        let media = ClipMedia(
            clip: moment.clip,
            sourceStartMs: moment.startMs,
            sourceEndMs: moment.endMs,
            leadMs: 480,
            durationMs: durationMs,
            width: 1_920,
            height: 1_080,
            fpsNum: 30,
            fpsDen: 1
        )
        let audio = AudioPlan(
            clip: moment.clip,
            durationMs: durationMs,
            integratedLufs: lufs,
            truePeakDbtp: -3,
            fadeInMs: 15,
            fadeOutMs: 15,
            pauses: [],
            warnings: []
        )
        let half = durationMs / 2
        let framing = Framing(
            clip: moment.clip,
            width: 1_920,
            height: 1_080,
            durationMs: durationMs,
            shots: [shot(0, half, x: 600, .crop), shot(half, durationMs, x: 800, .fit)],
            warnings: [Warning(code: "no-face", detail: "No face was found in the second shot.")]
        )
        return (media, framing, audio)
    }

    static func shot(_ start: Int, _ end: Int, x: Int, _ layout: Framing.Layout) -> Framing.Shot {
        Framing.Shot(
            startMs: start,
            endMs: end,
            faces: [],
            crops: [
                .init(
                    aspectRatio: .portrait,
                    layout: layout,
                    rect: .init(x: x, y: 0, width: 608, height: 1_080)
                ),
                .init(
                    aspectRatio: .square,
                    layout: layout,
                    rect: .init(x: x - 200, y: 0, width: 1_080, height: 1_080)
                ),
                .init(
                    aspectRatio: .landscape,
                    layout: .crop,
                    rect: .init(x: 0, y: 0, width: 1_920, height: 1_080)
                ),
            ]
        )
    }

    static let stack = Framing.Stack(
        top: .init(x: 112, y: 70, width: 816, height: 726),
        bottom: .init(x: 986, y: 96, width: 816, height: 726)
    )

    static func bundle(
        of moment: Plan.Moment = moment(),
        transcript: Transcript = transcript,
        style: StyleDocument? = nil
    ) throws -> EnhancementBundle {
        let style = try style ?? BuiltInStyle.standard().document
        let intent = EnhancementPlanner.plan(plan([moment]), transcript: transcript, style: style, pin: pin)
        return try EnhancementBuilder.build(
            moment: moment,
            transcript: transcript,
            intent: intent.clips[0],
            style: style,
            pin: pin
        )
    }

    static func composition(
        text: String = line,
        style: StyleDocument? = nil,
        lufs: Double? = -20,
        pauses: [TimeRange] = [],
        fillers: [TimeRange]? = [],
        stacked: Bool = false
    ) throws -> Composition {
        let transcript = transcript(of: text)
        let moment = moment(of: transcript)
        var clip = clip(of: moment, lufs: lufs)
        (clip.audio.pauses, clip.audio.fillers) = (pauses, fillers)
        if stacked {
            for index in 0..<2 {
                clip.framing.shots[0].crops[index].layout = .stacked
                clip.framing.shots[0].crops[index].stack = stack
            }
            clip.framing.shots[0].faces = [800, 1_300].enumerated().map { track, x in
                let box = PixelRect(x: x, y: 200, width: 200, height: 260)
                return .init(track: track, box: box, confidence: 0.9, coverage: 1)
            }
        }
        let prepared = try Composer.finalize(clips: [clip])
        return try Composer.compose(
            plan: plan([moment]),
            transcript: transcript,
            prepared: prepared,
            bundles: [bundle(of: moment, transcript: transcript, style: style)],
            ratios: AspectRatio.allCases,
            pin: pin
        )
    }
}

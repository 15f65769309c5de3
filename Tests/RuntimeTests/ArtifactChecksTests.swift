import Contracts
import StudioSupport
import Testing

@testable import Runtime

@Suite struct ArtifactChecksTests {
    private let moment = FakeResults.plan(FakeResults.transcript).moments[1]
    private var media: ClipMedia { FakeResults.clipMedia(moment) }
    /// Numbers that JSON can bring and arithmetic can trip over.
    private static let odd = [Int.min, -1, Int.max]

    @Test func `sound results pass`() throws {
        try ArtifactChecks.media(FakeResults.media, audio: FakeResults.audio, durationMsMax: 20_000)
        try ArtifactChecks.transcript(FakeResults.transcript, audio: FakeResults.audio)
        try ArtifactChecks.segments(FakeResults.segments, media: FakeResults.media)
        try ArtifactChecks.clipMedia(media, moment: moment)
        try ArtifactChecks.framing(FakeResults.framing(media), media: media, ratios: AspectRatio.allCases)
        try ArtifactChecks.audioPlan(FakeResults.audioPlan(media), media: media)
        try ArtifactChecks.quality(FakeResults.quality("clip-01"), clip: "clip-01")
        try ArtifactChecks.plan(
            FakeResults.plan(FakeResults.transcript),
            transcript: FakeResults.transcript,
            segments: FakeResults.segments
        )
    }

    @Test func `a source longer than allowed is refused beyond the tolerance`() throws {
        try ArtifactChecks.media(FakeResults.media, audio: FakeResults.audio, durationMsMax: 19_000)

        #expect(throws: Problem.self) {
            try ArtifactChecks.media(FakeResults.media, audio: FakeResults.audio, durationMsMax: 18_999)
        }
    }

    @Test(arguments: odd) func `no number in a media probe does harm`(value: Int) {
        var info = FakeResults.media
        info.durationMs = value
        var audio = FakeResults.audio
        audio.durationMs = value

        #expect(throws: Problem.self) {
            try ArtifactChecks.media(info, audio: FakeResults.audio, durationMsMax: 20_000)
        }
        #expect(throws: Problem.self) {
            try ArtifactChecks.media(FakeResults.media, audio: audio, durationMsMax: 20_000)
        }
    }

    @Test(arguments: odd) func `no number in a transcript does harm`(value: Int) {
        for change: (inout Transcript) -> Void in [
            { $0.words[5].startMs = value }, { $0.words[5].endMs = value },
            { $0.sentences[1].firstWord = value },
            { $0.sentences[1].lastWord = value },
        ] {
            var transcript = FakeResults.transcript
            change(&transcript)
            #expect(throws: Problem.self) {
                try ArtifactChecks.transcript(transcript, audio: FakeResults.audio)
            }
        }
    }

    @Test(arguments: odd) func `no number in segments does harm`(value: Int) {
        for change: (inout Segments) -> Void in [
            { $0.durationMs = value }, { $0.cuts = [Segments.Cut(atMs: value, score: 1)] },
            { $0.silences = [TimeRange(startMs: value, endMs: value)] }, { $0.topicStartsMs = [value] },
            { $0.energy.hopMs = value }, { $0.energy.lufs = [1e300] },
        ] {
            var segments = FakeResults.segments
            change(&segments)
            #expect(throws: Problem.self) { try ArtifactChecks.segments(segments, media: FakeResults.media) }
        }
    }

    @Test(arguments: odd) func `no number in a clip does harm`(value: Int) {
        for change: (inout ClipMedia) -> Void in [
            { $0.sourceStartMs = value }, { $0.sourceEndMs = value }, { $0.leadMs = value },
            { $0.durationMs = value }, { $0.width = value }, { $0.fpsDen = value },
        ] {
            var clip = media
            change(&clip)
            #expect(throws: Problem.self) { try ArtifactChecks.clipMedia(clip, moment: moment) }
        }
    }

    @Test(arguments: odd) func `no number in a framing does harm`(value: Int) {
        for change: (inout Framing) -> Void in [
            { $0.durationMs = value }, { $0.height = value }, { $0.shots[0].startMs = value },
            { $0.shots[0].endMs = value }, { $0.shots[0].crops[0].rect.x = value },
            { $0.shots[0].crops[0].rect.width = value },
            {
                let rect = $0.shots[0].crops[0].rect
                $0.shots[0].crops[0].layout = .stacked
                $0.shots[0].crops[0].stack = .init(top: rect, bottom: rect)
                $0.shots[0].crops[0].stack?.bottom.y = value
            },
        ] {
            var framing = FakeResults.framing(media)
            change(&framing)
            #expect(throws: Problem.self) {
                try ArtifactChecks.framing(framing, media: media, ratios: AspectRatio.allCases)
            }
        }
    }

    @Test(arguments: odd) func `no number in an audio plan or a rendition does harm`(value: Int) {
        for change: (inout AudioPlan) -> Void in [
            { $0.durationMs = value }, { $0.fadeInMs = value }, { $0.fadeOutMs = value },
            { $0.pauses = [TimeRange(startMs: value, endMs: value)] }, { $0.integratedLufs = -1e300 },
            { $0.fillers = [TimeRange(startMs: value, endMs: value)] },
        ] {
            var plan = FakeResults.audioPlan(media)
            change(&plan)
            #expect(throws: Problem.self) { try ArtifactChecks.audioPlan(plan, media: media) }
        }
        let rendition = Rendition(
            clip: "clip-01",
            aspectRatio: .square,
            width: 1_080,
            height: 1_080,
            durationMs: value,
            fpsNum: 30,
            fpsDen: 1,
            videoCodec: "h264",
            audioCodec: "aac"
        )
        #expect(throws: Problem.self) {
            try ArtifactChecks.rendition(rendition, clip: "clip-01", ratio: .square, durationMs: 4_000)
        }
    }

    @Test func `a framing that lacks a ratio is refused`() {
        let framing = FakeResults.framing(media, ratios: [.portrait])

        let problem = #expect(throws: Problem.self) {
            try ArtifactChecks.framing(framing, media: media, ratios: [.portrait, .square])
        }

        #expect(problem?.detail.contains("1:1") == true)
    }

    @Test(arguments: ["../clip", "clip/01", "", "Clip 1"])
    func `a clip's name must be plain`(name: String) {
        var plan = FakeResults.plan(FakeResults.transcript)
        plan.moments[0].clip = name

        #expect(throws: Problem.self) {
            try ArtifactChecks.plan(
                plan,
                transcript: FakeResults.transcript,
                segments: FakeResults.segments
            )
        }
    }

    @Test func `a quality report cannot contradict itself`() {
        var report = FakeResults.quality("clip-01")
        report.checks[0].passed = false

        #expect(throws: Problem.self) { try ArtifactChecks.quality(report, clip: "clip-01") }
    }

    @Test func `a report says of each missing ratio why it is missing`() throws {
        func check(_ name: String, _ ratio: AspectRatio?, passed: Bool) -> QualityReport.Check {
            QualityReport.Check(name: name, aspectRatio: ratio, passed: passed, detail: "no; wanted a file")
        }
        func isTaken(_ checks: QualityReport.Check..., missing: [AspectRatio]) -> Bool {
            let report = QualityReport(clip: "clip-01", checks: checks)
            return (try? ArtifactChecks.quality(report, clip: "clip-01", missing: missing)) != nil
        }
        let square = check("rendered", .square, passed: false)

        #expect(isTaken(square, missing: [.square]))
        #expect(!isTaken(square, missing: [.square, .landscape]))
        #expect(!isTaken(check("rendered", .square, passed: true), missing: [.square]))
        #expect(!isTaken(check("rendered", nil, passed: false), missing: [.square]))
        #expect(!isTaken(check("loudness", .square, passed: false), missing: [.square]))
    }

    @Test(arguments: [(30, 4_113, true), (30, 4_114, false), (5, 4_280, true), (5, 4_281, false)])
    func `a rendition may be a frame and a bit longer than its short`(
        fps: Int,
        durationMs: Int,
        isFine: Bool
    ) throws {
        let rendition = Rendition(
            clip: "clip-01",
            aspectRatio: .square,
            width: 1_080,
            height: 1_080,
            durationMs: durationMs,
            fpsNum: fps,
            fpsDen: 1,
            videoCodec: "h264",
            audioCodec: "aac"
        )

        let refused =
            (try? ArtifactChecks.rendition(
                rendition,
                clip: "clip-01",
                ratio: .square,
                durationMs: 4_000
            )) == nil

        #expect(refused != isFine)
    }

    @Test func `segments may end with the sound, before the picture`() throws {
        var segments = FakeResults.segments
        segments.durationMs = 12_000

        try ArtifactChecks.segments(segments, media: FakeResults.media)
    }

    @Test func `a warning that is told twice is kept once`() {
        let (one, other) = (Warning(code: "no-face", detail: "a"), Warning(code: "no-face", detail: "b"))

        #expect(Settler.distinct([one, other, one]) == [one, other])
    }
}

import Contracts
import Foundation
import MediaWorker
import Signatures
import Testing

/// The handlers on real media, as the gateway drives them.
@Suite(.timeLimit(.minutes(5))) struct HandlerTests {
    private static func engines() throws -> EmbeddedEngines {
        try EmbeddedEngines.bare(sourceProgram: WorkerProgram.sources())
    }

    @Test func `a source becomes media and sound with their descriptions`() async throws {
        let source = try SampleMedia.video(seconds: 2)
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            _ = try await worker.dispatch(worker.task(.transcode, inputs: [("source", source)]))
            let report = try await worker.nextReport()

            #expect(report.state == .completed)
            #expect(
                Set(report.artifacts.map(\.name)) == ["media.mp4", "media.json", "audio.wav", "audio.json"]
            )
            let media = try worker.uploaded(MediaInfo.self, "media.json")
            #expect(media.treatment == .remuxed)
            #expect(media.video?.width == 640)
            #expect(abs(media.durationMs - 2_000) <= 50)
            let audio = try worker.uploaded(AudioInfo.self, "audio.json")
            #expect(audio.sampleRate == 16_000)
            #expect(abs(audio.durationMs - 2_000) <= 50)
        }
    }

    @Test func `a source that cannot be used fails with its cause`() async throws {
        let silent = try SampleMedia.silentVideo()
        let video = try SampleMedia.video(seconds: 2, size: "320x180")
        let cases: [(Data, Int?, String)] = [
            (Data("not media at all, only words".utf8), nil, "source-not-media"),
            (Data(), nil, "source-empty"), (silent, nil, "source-no-audio"),
            (video, 1_000, "source-too-long"),
        ]
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            for (source, durationMsMax, slug) in cases {
                let parameters = ProviderTask.Parameters(durationMsMax: durationMsMax)
                _ = try await worker.dispatch(
                    worker.task(.transcode, inputs: [("source", source)], parameters: parameters)
                )
                let report = try await worker.nextReport()

                #expect(report.state == .failed)
                #expect(report.error?.slug == slug)
                #expect(report.error?.retryable == false)
                #expect(report.artifacts.isEmpty)
            }
        }
    }

    @Test func `speech without its engine fails for good`() async throws {
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(.transcribe, inputs: [("audio.wav", Data("RIFF".utf8))])
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.error?.slug == "stage-failed")
            #expect(report.error?.retryable == false)
        }
    }

    @Test func `a plan's moments are cut, framed and measured`() async throws {
        let source = try SampleMedia.video(seconds: 6)
        let moments = [(1_000, 3_000), (3_500, 5_500)].enumerated().map { index, range in
            SampleShort.moment("clip-0\(index + 1)", range.0, range.1)
        }
        let plan = Plan(model: "test", candidatesConsidered: 2, moments: moments, warnings: [])
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let inputs = [("media.mp4", source), ("plan.json", try WireJSON.encode(plan))]
            _ = try await worker.dispatch(worker.task(.prepareMedia, inputs: inputs))
            #expect(try await worker.nextReport().state == .completed)
            let media = try worker.uploaded(ClipMedia.self, "clip-media/clip-01.json")
            #expect(media.durationMs == 2_000)
            #expect(media.sourceStartMs == 1_000)

            let segments = Segments(
                durationMs: 6_000,
                cuts: [.init(atMs: 2_000, score: 50)],
                silences: [TimeRange(startMs: 500, endMs: 1_200), TimeRange(startMs: 2_900, endMs: 3_600)],
                turns: [],
                topicStartsMs: [0],
                energy: .init(hopMs: 100, lufs: []),
                integratedLufs: -20,
                warnings: []
            )
            let transcript = Transcript(
                language: "en-US",
                model: "test",
                durationMs: 6_000,
                words: [(1_100, "So"), (1_500, "um,"), (2_000, "yes.")].map { start, text in
                    Transcript.Word(text: text, startMs: start, endMs: start + 300, confidence: 1)
                },
                sentences: [],
                warnings: []
            )
            var clips = [
                ("segments.json", try WireJSON.encode(segments)),
                ("transcript.json", try WireJSON.encode(transcript)),
            ]
            for clip in ["clip-01", "clip-02"] {
                for fileExtension in ["mp4", "json"] {
                    let name = "clip-media/\(clip).\(fileExtension)"
                    clips.append((name, try #require(worker.gateway.upload(name))))
                }
            }
            _ = try await worker.dispatch(worker.task(.framing, inputs: clips))
            let framed = try await worker.nextReport()
            _ = try await worker.dispatch(worker.task(.audioPlan, inputs: clips))
            #expect(try await worker.nextReport().state == .completed)

            #expect(framed.state == .completed)
            #expect(Set(framed.warnings.map(\.code)) == ["no-face"])
            let framing = try worker.uploaded(Framing.self, "framing/clip-01.json")
            #expect(framing.shots.map(\.startMs) == [0, 1_000])
            #expect(framing.shots.last?.endMs == framing.durationMs)
            let crops = try #require(framing.shots.first?.crops)
            #expect(crops.map(\.layout) == [.fit, .fit, .crop])
            let audio = try worker.uploaded(AudioPlan.self, "audio-plan/clip-01.json")
            #expect(audio.pauses == [.init(startMs: 0, endMs: 200), .init(startMs: 1_900, endMs: 2_000)])
            #expect(audio.fillers == [.init(startMs: 500, endMs: 800)])
            #expect(try worker.uploaded(AudioPlan.self, "audio-plan/clip-02.json").fillers == [])
            #expect(audio.integratedLufs != nil)
            #expect(audio.fadeInMs == 15)
        }
    }

    @Test func `a short is rendered in three ratios and measured`() async throws {
        let clip = try SampleMedia.video(seconds: 4)
        let logo = try SampleMedia.png()
        let sha256 = SHA256Digest.hex(logo)
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip), ("asset/\(sha256).png", logo)],
                parameters: .init(short: SampleShort.short(imageSha256: sha256)),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .completed, "\(String(describing: report.error))")
            #expect(report.artifacts.count == 10)
            for ratio in AspectRatio.allCases {
                let rendition = try worker.uploaded(
                    Rendition.self,
                    "rendition/clip-01.\(ratio.slug).json"
                )
                #expect(rendition.width == ratio.width)
                #expect(rendition.height == ratio.height)
                #expect(abs(rendition.durationMs - 3_000) <= 34)
                let still = try #require(worker.gateway.upload("rendition/clip-01.\(ratio.slug).jpg"))
                #expect(still.starts(with: [0xFF, 0xD8]))
            }
            let quality = try worker.uploaded(QualityReport.self, "qc/clip-01.json")
            #expect(quality.checks.filter { !$0.passed } == [])
            #expect(quality.ready)
        }
    }

    @Test func `a short of several stretches is rendered as long as they are`() async throws {
        let clip = try SampleMedia.video(seconds: 4)
        var short = SampleShort.short(imageSha256: nil)
        short.canvases = [short.canvases[0]]
        short.keptRangesMs = [TimeRange(startMs: 0, endMs: 1_000), TimeRange(startMs: 1_500, endMs: 3_000)]
        (short.durationMs, short.captions[0].endMs) = (2_500, 2_400)
        short.captions[0].words[1].endMs = 2_400
        let tight = short
        var wrong = short
        wrong.durationMs = 2_400
        let refused = wrong
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            func render(_ short: Composition.Short) async throws -> TaskReport {
                let task = worker.task(
                    .render,
                    inputs: [("clip-media/clip-01.mp4", clip)],
                    parameters: .init(short: short),
                    seconds: 280
                )
                _ = try await worker.dispatch(task)
                return try await worker.nextReport()
            }

            #expect(try await render(tight).state == .completed)
            let quality = try worker.uploaded(QualityReport.self, "qc/clip-01.json")
            #expect(quality.checks.filter { !$0.passed } == [])
            let rendition = try worker.uploaded(Rendition.self, "rendition/clip-01.9x16.json")
            #expect(abs(rendition.durationMs - 2_500) <= 34)
            let report = try await render(refused)
            #expect(report.error?.slug == "invalid-request")
            #expect(report.error?.detail.contains("as long as the short") == true)
        }
    }

    @Test func `a render stops in its midst when it is cancelled`() async throws {
        let clip = try SampleMedia.video(seconds: 4)
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: SampleShort.short(imageSha256: nil)),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            var progress = 0.0
            while progress < 0.03 {
                let answer = try await worker.send("GET", "/v1/tasks/\(task.taskId)")
                progress = try answer.decode(TaskReport.self).progress
            }
            _ = try await worker.send("POST", "/v1/tasks/\(task.taskId)/cancel")
            let report = try await worker.nextReport()

            #expect(report.state == .cancelled)
            #expect(worker.gateway.upload("qc/clip-01.json") == nil)
        }
    }

    @Test func `a ratio that fails leaves the others`() async throws {
        let clip = try SampleMedia.video(seconds: 4)
        var short = SampleShort.short(imageSha256: nil)
        short.canvases = short.canvases.filter { $0.aspectRatio != .landscape }
        // Outside of the source: the renderer refuses this ratio.
        short.canvases[1].shots[0].rect.x = 600
        let broken = short
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: broken),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .completed && report.progress == 1)
            #expect(report.error?.slug == "render-failed" && report.error?.retryable == false)
            #expect(report.error?.detail.hasPrefix("1:1: a crop") == true)
            #expect(
                Set(report.artifacts.map(\.name)) == [
                    "rendition/clip-01.9x16.mp4", "rendition/clip-01.9x16.jpg",
                    "rendition/clip-01.9x16.json", "qc/clip-01.json",
                ]
            )
            let quality = try worker.uploaded(QualityReport.self, "qc/clip-01.json")
            let failed = quality.checks.filter { !$0.passed }
            #expect(!quality.ready && failed.map(\.name) == ["rendered"])
            #expect(failed.first?.aspectRatio == .square)
            #expect(failed.first?.detail.hasSuffix("; wanted a file") == true)
            #expect(quality.checks.contains { $0.aspectRatio == .portrait && $0.name == "loudness" })
        }
    }

    @Test func `a short of which no ratio can be made fails`() async throws {
        let clip = try SampleMedia.video(seconds: 4)
        var short = SampleShort.short(imageSha256: nil)
        short.canvases = short.canvases.filter { $0.aspectRatio != .landscape }
        for index in short.canvases.indices { short.canvases[index].shots[0].rect.x = 600 }
        let broken = short
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: broken)
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .failed && report.artifacts.isEmpty)
            #expect(report.error?.slug == "render-failed" && report.error?.retryable == false)
            #expect(report.error?.detail.contains("9:16: ") == true)
            #expect(report.error?.detail.contains("; 1:1: ") == true)
        }
    }
}

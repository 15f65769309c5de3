import Contracts
import Foundation
import Media
import MediaWorker
import Testing

/// Two parts of the picture, one above the other, through the worker.
@Suite(.timeLimit(.minutes(5))) struct StackedRenderTests {
    private static func engines() throws -> EmbeddedEngines {
        try EmbeddedEngines.bare(sourceProgram: WorkerProgram.sources())
    }

    /// One ratio of the sample short, stacked.
    private static func short(_ stack: Framing.Stack?) -> Composition.Short {
        var short = SampleShort.short(imageSha256: nil)
        short.canvases = short.canvases.filter { $0.aspectRatio == .portrait }
        short.canvases[0].shots[0].layout = .stacked
        short.canvases[0].shots[0].stack = stack
        short.captionStyle.enabled = false
        short.captions = []
        return short
    }

    @Test func `the right of the picture can lie above the left`() async throws {
        let clip = try SampleMedia.twoColors(seconds: 4)
        let short = Self.short(
            .init(
                top: .init(x: 360, y: 40, width: 270, height: 240),
                bottom: .init(x: 20, y: 60, width: 270, height: 240)
            )
        )
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: short),
                seconds: 280
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .completed, "\(String(describing: report.error))")
            let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).mp4")
            defer { try? FileManager.default.removeItem(at: file) }
            try #require(worker.gateway.upload("rendition/clip-01.9x16.mp4")).write(to: file)
            var picture: BGRFrame?
            try FrameSampler.sample(
                path: file.path(percentEncoded: false),
                fromMs: 1_000,
                toMs: 2_000,
                framesPerSecond: 1,
                width: 90
            ) {
                picture = $1
                return false
            }
            let shown = try #require(picture)
            func blueAndRed(_ y: Int) -> (UInt8, UInt8) {
                let at = y * shown.stride + 45 * 3
                return (shown.bytes[at], shown.bytes[at + 2])
            }
            let (above, below) = (blueAndRed(40), blueAndRed(120))
            #expect(above.0 > 150 && above.1 < 100)
            #expect(below.0 < 100 && below.1 > 150)
        }
    }

    @Test func `a stacked shot without its parts is refused`() async throws {
        let clip = try SampleMedia.twoColors(seconds: 4)
        try await WorkerHarness.run(handlers: Self.engines().handlers) { worker in
            let task = worker.task(
                .render,
                inputs: [("clip-media/clip-01.mp4", clip)],
                parameters: .init(short: Self.short(nil))
            )
            _ = try await worker.dispatch(task)
            let report = try await worker.nextReport()

            #expect(report.state == .failed && report.error?.slug == "invalid-request")
        }
    }
}

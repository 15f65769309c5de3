import Contracts
import Foundation
import Media
import Styles
import Vision

/// Renders one short in its ratios and measures what came out; one that cannot be made leaves the others.
struct RenderHandler: TaskHandler {
    /// The still shows this share of the short, past the first words and still on the hook's picture.
    private static let stillShare = 0.3

    /// A render encodes all its ratios at once and holds their pictures, so few run beside each other; measuring and
    /// uploading one overlaps with rendering the next.
    let turnstile: Turnstile
    /// Looks at the finished pictures; nil where there is none.
    let detector: FaceDetector?

    func run(_ context: TaskContext) async throws {
        guard let short = context.task.parameters.short else {
            throw Problem(.invalidRequest, detail: "a render task needs 'parameters.short'")
        }
        let spec = try await RenderRequest(short: short, context: context, fonts: .installed).spec()
        let cancel = context.isCancelled
        let progress = context.progress(from: 0.02, to: 0.7)
        let results = try await turnstile.pass {
            try await context.blocking {
                try ShortRenderer.render(spec, cancel: cancel, progress: progress)
            }
        }
        var checks = [QualityCheck.captions(of: short, fonts: .installed)]
        var failures: [RatioFailure] = []
        for (index, (canvas, result)) in zip(short.canvases, results).enumerated() {
            do {
                checks += try await finish(result.get(), canvas, short, context)
            } catch let error as MediaError where error.code != .cancelled {
                let failure = RatioFailure(aspectRatio: canvas.aspectRatio, error: error)
                failures.append(failure)
                checks.append(failure.check)
            }
            context.progress(0.7 + 0.28 * Double(index + 1) / Double(results.count))
        }
        guard failures.count < results.count else { throw RatioFailure.problem(of: failures) }
        try await context.upload(
            ArtifactName("qc", clip: short.clip),
            json: QualityReport(clip: short.clip, checks: checks)
        )
        try context.checkCancelled()
        if !failures.isEmpty { context.lack(RatioFailure.problem(of: failures)) }
    }

    /// Measures and uploads one ratio; returns its checks.
    private func finish(
        _ file: RenderedFile,
        _ canvas: Composition.Canvas,
        _ short: Composition.Short,
        _ context: TaskContext
    ) async throws -> [QualityReport.Check] {
        let slug = canvas.aspectRatio.slug
        let stillPath = context.scratch("\(slug).jpg")
        let cancel = context.isCancelled
        let captions = CaptionCheck(short: short, canvas: canvas, fonts: .installed)
        let captionsPath = context.scratch("\(slug)-captions.ass")
        let (measure, ink, faces) = try await context.blocking {
            try Thumbnail.write(
                path: file.path,
                atMs: Int(Double(file.durationMs) * Self.stillShare),
                width: file.width,
                to: stillPath,
                cancel: cancel
            )
            return (
                try RenditionCheck.measure(path: file.path, cancel: cancel),
                try captions.check(scriptAt: captionsPath),
                try detector.map {
                    try FaceCheck(detector: $0, canvas: canvas.shown(in: short))
                        .verdict(of: file.path, durationMs: file.durationMs, cancel: cancel)
                }
            )
        }
        func name(_ fileExtension: String) -> ArtifactName {
            ArtifactName("rendition", clip: short.clip, variant: slug, fileExtension: fileExtension)
        }
        try await context.upload(name("mp4"), file: file.path)
        try await context.upload(name("jpg"), file: stillPath)
        try await context.upload(
            name("json"),
            json: Rendition(
                clip: short.clip,
                aspectRatio: canvas.aspectRatio,
                width: file.width,
                height: file.height,
                durationMs: file.durationMs,
                fpsNum: file.frameRate.numerator,
                fpsDen: file.frameRate.denominator,
                videoCodec: "h264",
                audioCodec: "aac"
            )
        )
        return QualityCheck(
            short: short,
            canvas: canvas,
            file: file,
            measure: measure,
            captionInk: ink,
            faces: faces
        ).checks
    }
}

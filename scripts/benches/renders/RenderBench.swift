import ArgumentParser
import Contracts
import Foundation
import Media
import MediaWorker
import Styles

/// Renders one short of a composition once, as the worker does, and tells how long it took.
///
/// Pictures that a style lays over are left out, here as in what it is compared with.
@main struct RenderBench: ParsableCommand {
    @Option(help: "A file of the artifact `clip-media`.") var clip: String
    @Option(help: "One short of the artifact `composition`, as JSON.") var short: String
    @Option(help: "Takes the files: RATIO.mp4 and the captions RATIO.ass, the ratio as 9x16.") var folder: String
    @Option(help: "Which of the short's ratios, as 9:16,1:1.") var ratios: String

    func run() throws {
        let short = try WireJSON.decode(
            Composition.Short.self,
            from: Data(contentsOf: URL(filePath: short))
        )
        guard short.keptRangesMs == nil else { throw ValidationError("the short is cut") }
        let wanted = try ratios.split(separator: ",").map { text in
            guard let canvas = short.canvases.first(where: { $0.aspectRatio.rawValue == text }) else {
                throw ValidationError("the short has no ratio '\(text)'")
            }
            return canvas
        }
        let encoding = VideoEncoding(beside: wanted.count)
        let begun = ContinuousClock.now
        let spec = ShortRenderSpec(
            clipPath: clip,
            leadMs: short.leadMs,
            durationMs: short.durationMs,
            sound: ShortRenderSpec.Sound(short, music: nil),
            ratios: try wanted.map { try ratio($0, of: short, encoding) }
        )
        let files = try ShortRenderer.render(spec).map { try $0.get() }
        let took = (ContinuousClock.now - begun) / .seconds(1)
        let told: [String: Any] = [
            "seconds": took, "frames": files.map(\.frames),
            "preset": encoding.preset, "crf": encoding.crf, "keyframe_ms": encoding.keyframeMs,
        ]
        print(String(decoding: try JSONSerialization.data(withJSONObject: told), as: UTF8.self))
    }

    private func ratio(
        _ canvas: Composition.Canvas,
        of short: Composition.Short,
        _ encoding: VideoEncoding
    ) throws -> ShortRenderSpec.Ratio {
        let path = "\(folder)/\(canvas.aspectRatio.slug)"
        let script = AssScript.script(for: short, canvas: canvas, fonts: .installed)
        try Data(script.utf8).write(to: URL(filePath: "\(path).ass"))
        return ShortRenderSpec.Ratio(
            width: canvas.width,
            height: canvas.height,
            outputPath: "\(path).mp4",
            shots: try canvas.shots.map { shot in
                guard shot.layout == .crop else { throw ValidationError("only crops are compared") }
                return try Shot(shot)
            },
            captions: ShortRenderSpec.Captions(assPath: "\(path).ass"),
            encoding: encoding
        )
    }
}

import Contracts
import Foundation
import Media
import Styles

/// Makes of a short's payload what the renderer takes.
struct RenderRequest: Sendable {
    private static let canvasesMax = 8
    private static let sideMax = 4_096
    private static let rangesMax = 2_000
    private static let clipMsMax = 86_400_000

    let short: Composition.Short
    let context: TaskContext
    let fonts: FontBook

    func spec() async throws -> ShortRenderSpec {
        try check()
        try checkFonts()
        let clipPath = try await context.input("clip-media/\(short.clip).mp4")
        var images: [String: (path: String, size: PictureSize)] = [:]
        for image in short.images where images[image.assetSha256] == nil {
            let path = try await context.input("asset/\(image.assetSha256).png")
            images[image.assetSha256] = (path, try PictureSize(pngPath: path))
        }
        let encoding = VideoEncoding(beside: short.canvases.count)
        let backdrop = try await backdrop()
        var ratios: [ShortRenderSpec.Ratio] = []
        for canvas in short.canvases {
            let assPath = context.scratch("\(canvas.aspectRatio.slug).ass")
            let script = AssScript.script(for: short, canvas: canvas, fonts: fonts)
            try Data(script.utf8).write(to: URL(filePath: assPath))
            ratios.append(
                ShortRenderSpec.Ratio(
                    width: canvas.width,
                    height: canvas.height,
                    outputPath: context.scratch("\(canvas.aspectRatio.slug).mp4"),
                    shots: try canvas.shots.map(Media.Shot.init),
                    captions: ShortRenderSpec.Captions(assPath: assPath),
                    overlays: short.images.compactMap { image in
                        images[image.assetSha256].map { overlay(image, $0.path, $0.size, canvas) }
                    },
                    encoding: encoding,
                    backdrop: backdrop
                )
            )
        }
        return ShortRenderSpec(
            clipPath: clipPath,
            leadMs: short.leadMs,
            durationMs: short.keptRangesMs?.last?.endMs ?? short.durationMs,
            segments: (short.keptRangesMs ?? []).map { $0.startMs..<$0.endMs },
            sound: ShortRenderSpec.Sound(short, music: try await music()),
            ratios: ratios
        )
    }

    private func backdrop() async throws -> Backdrop {
        guard let background = short.branding?.background else { return .blur }
        let color = HexColor(background.color ?? "#000000").map {
            Backdrop.Color(red: $0.red, green: $0.green, blue: $0.blue)
        }
        switch (background.kind, color, background.assetSha256) {
        case (.blur, _, _): return .blur
        case (.color, let color?, _): return .color(color)
        case (.image, let color?, let sha256?):
            let asset = StyleAsset(sha256: sha256, kind: .picture)
            return .image(path: try await context.input(asset.inputName), over: color)
        default:
            throw Problem(.invalidRequest, detail: "the short's background lacks its colour or picture")
        }
    }

    private func music() async throws -> ShortRenderSpec.Music? {
        guard let music = short.branding?.music else { return nil }
        let asset = StyleAsset(sha256: music.assetSha256, kind: .sound)
        return ShortRenderSpec.Music(
            path: try await context.input(asset.inputName),
            gainDb: music.gainDb,
            duckingDb: music.duckingDb,
            fadeOutMs: music.fadeOutMs
        )
    }

    private func check() throws(Problem) {
        let name = ArtifactName(parsing: "rendition/\(short.clip).mp4")
        guard name?.clip == short.clip else {
            throw Problem(.invalidRequest, detail: "the short's clip has a name of another shape")
        }
        try checkRanges()
        let ratios = Set(short.canvases.map(\.aspectRatio))
        guard (1...Self.canvasesMax).contains(short.canvases.count), ratios.count == short.canvases.count
        else {
            throw Problem(.invalidRequest, detail: "a short needs one canvas or more, each of another ratio")
        }
        for canvas in short.canvases {
            guard (16...Self.sideMax).contains(canvas.width), (16...Self.sideMax).contains(canvas.height)
            else {
                throw Problem(
                    .invalidRequest,
                    detail: "a canvas of \(canvas.width)x\(canvas.height) is not made"
                )
            }
        }
    }

    /// A stretch too much or too little would put captions out of step.
    private func checkRanges() throws(Problem) {
        let kept = short.keptRangesMs ?? [TimeRange(startMs: 0, endMs: short.durationMs)]
        let areRanges =
            (1...Self.rangesMax).contains(kept.count)
            && kept.allSatisfy { 0 <= $0.startMs && $0.startMs < $0.endMs && $0.endMs <= Self.clipMsMax }
        let areOrdered = zip(kept, kept.dropFirst()).allSatisfy { $0.endMs <= $1.startMs }
        guard areRanges, areOrdered, kept.reduce(0, { $0 + $1.durationMs }) == short.durationMs,
            short.sourceRangesMs.count <= kept.count
        else {
            throw Problem(
                .invalidRequest,
                detail: "the kept ranges of a short have to be in order and as long as the short"
            )
        }
    }

    /// Rather no short than one with boxes for words.
    private func checkFonts() throws(Problem) {
        var families: [String] = []
        if short.captionStyle.enabled { families.append(short.captionStyle.fontFamily) }
        if short.titleOverlay != nil, let style = short.titleStyle { families.append(style.fontFamily) }
        if let third = short.branding?.lowerThird { families.append(third.fontFamily) }
        for family in families where !fonts.has(family: family) {
            throw Problem(
                .renderFailed,
                detail:
                    "The font '\(family)' is not installed where the short is rendered; 'scripts/setup' does it.",
                retryable: false
            )
        }
        let letters = TextCoverage(of: short, fonts: fonts).letters
        guard letters.isEmpty else {
            throw Problem(
                .renderFailed,
                detail:
                    "No font that is installed where the short is rendered has \(TextCoverage.names(letters)) of "
                    + "its captions and title.",
                retryable: false
            )
        }
    }

    private func overlay(
        _ image: Contracts.ImageOverlay,
        _ path: String,
        _ size: PictureSize,
        _ canvas: Composition.Canvas
    ) -> Media.ImageOverlay {
        let place = SafeArea.place(
            image,
            sides: (size.width, size.height),
            canvas: (canvas.aspectRatio, canvas.width, canvas.height)
        )
        return Media.ImageOverlay(
            imagePath: path,
            x: place.x,
            y: place.y,
            width: place.width,
            opacity: image.opacity
        )
    }
}

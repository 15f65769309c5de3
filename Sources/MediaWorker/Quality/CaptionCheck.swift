import Contracts
import Foundation
import Media
import Styles

/// Looks where the captions of one ratio are drawn.
struct CaptionCheck {
    typealias Verdict = (passed: Bool, detail: String)

    /// Of longer shorts as many pages are looked at, spread over it.
    private static let pagesMax = 80

    let short: Composition.Short
    let canvas: Composition.Canvas
    let fonts: FontBook

    /// `path` takes a script of the captions alone, without what else is laid over the picture.
    func check(scriptAt path: String) throws -> Verdict {
        let pages = Self.spread(short.captions)
        guard short.captionStyle.enabled, !pages.isEmpty else { return (true, "the style shows none") }
        var alone = short
        alone.titleOverlay = nil
        alone.branding = nil
        let script = AssScript.script(for: alone, canvas: canvas, fonts: fonts)
        try Data(script.utf8).write(to: URL(filePath: path))
        let boxes = try CaptionExtent.boxes(
            ShortRenderSpec.Captions(assPath: path),
            width: canvas.width,
            height: canvas.height,
            timesMs: pages.map { ($0.startMs + $0.endMs) / 2 }
        )
        let area = SafeArea(canvas.aspectRatio).rect(width: canvas.width, height: canvas.height)
        return Self.verdict(boxes, in: area)
    }

    static func verdict(_ boxes: [Media.PixelRect?], in area: Contracts.PixelRect) -> Verdict {
        let missing = boxes.count { $0 == nil }
        let outside = boxes.compactMap(\.self).count { box in
            !area.contains(Contracts.PixelRect(x: box.x, y: box.y, width: box.width, height: box.height))
        }
        return (
            missing == 0 && outside == 0,
            "of \(boxes.count) pages \(missing) draw nothing and \(outside) leave the safe area; at most 0"
        )
    }

    private static func spread(_ pages: [CaptionPage]) -> [CaptionPage] {
        guard pages.count > pagesMax else { return pages }
        return (0..<pagesMax).map { pages[$0 * (pages.count - 1) / (pagesMax - 1)] }
    }
}

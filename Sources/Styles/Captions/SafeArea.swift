package import Contracts

/// The part of a canvas that no platform covers with its own buttons, titles and progress bars.
package struct SafeArea: Sendable, Hashable {
    /// Distances from the edges as shares of the canvas width (sides) or height (top, bottom).
    package let sideShare: Double
    package let topShare: Double
    package let bottomShare: Double

    package init(_ ratio: AspectRatio) {
        switch ratio {
        case .portrait:
            // Shorts, Reels and TikTok all put the account, the caption and the sound at the bottom.
            (sideShare, topShare, bottomShare) = (0.06, 0.10, 0.20)
        case .square, .landscape:
            (sideShare, topShare, bottomShare) = (0.06, 0.06, 0.08)
        }
    }

    package func rect(width: Int, height: Int) -> PixelRect {
        let side = Int((Double(width) * sideShare).rounded(.up))
        let top = Int((Double(height) * topShare).rounded(.up))
        let bottom = Int((Double(height) * bottomShare).rounded(.up))
        return PixelRect(x: side, y: top, width: width - 2 * side, height: height - top - bottom)
    }

    /// Lower edge of captions in pixels, for a share that is meant for 9:16.
    ///
    /// Other ratios keep the distance in proportion to what platforms cover there, since a share that is right in
    /// 9:16 would put captions in the middle of a landscape picture.
    package static func captionBaseline(share: Double, canvas: Composition.Canvas) -> Int {
        let area = SafeArea(canvas.aspectRatio)
        let gapShare = (1 - share) * area.bottomShare / SafeArea(.portrait).bottomShare
        let safe = area.rect(width: canvas.width, height: canvas.height)
        let wanted = Int((Double(canvas.height) * (1 - gapShare)).rounded())
        return min(max(wanted, safe.y + safe.height / 4), safe.y + safe.height)
    }

    /// Where a picture of a style lies on a canvas, from its corner on: its own margin off the edges, and never under
    /// what a platform draws over them.
    package static func place(
        _ image: ImageOverlay,
        sides: (width: Int, height: Int),
        canvas: (ratio: AspectRatio, width: Int, height: Int)
    ) -> PixelRect {
        let width = max(2, Int((image.widthShare * Double(canvas.width)).rounded()) & ~1)
        let height = Int((Double(width) * Double(sides.height) / Double(sides.width)).rounded())
        let margin = Int((image.marginShare * Double(canvas.width)).rounded())
        let safe = SafeArea(canvas.ratio).rect(width: canvas.width, height: canvas.height)
        let (left, top) = (max(margin, safe.x), max(margin, safe.y))
        let right = min(canvas.width - margin, safe.x + safe.width) - width
        let bottom = min(canvas.height - margin, safe.y + safe.height) - height
        let (x, y) =
            switch image.corner {
            case .topLeft: (left, top)
            case .topRight: (right, top)
            case .bottomLeft: (left, bottom)
            case .bottomRight: (right, bottom)
            }
        return PixelRect(x: max(0, x), y: max(0, y), width: width, height: height)
    }
}

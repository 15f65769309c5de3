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
}

/// A stretch of a clip that is shown in one layout.
package struct Shot: Sendable, Equatable {
    /// How the source picture fills the output.
    package enum Layout: Sendable, Hashable {
        /// A part of the source picture, scaled to fill.
        case crop(PixelRect)
        /// The whole picture over a blurred copy of itself.
        case fit
        /// Two parts of the source picture, one above the other.
        case stacked(top: PixelRect, bottom: PixelRect)
    }

    /// Clip time; the first frame at or after it belongs to the shot.
    package var startMs: Int
    package var endMs: Int
    package var layout: Layout

    package init(startMs: Int, endMs: Int, layout: Layout) {
        self.startMs = startMs
        self.endMs = endMs
        self.layout = layout
    }
}

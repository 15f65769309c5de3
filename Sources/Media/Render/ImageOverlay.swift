/// A PNG picture laid over the video, such as a logo.
package struct ImageOverlay: Sendable, Equatable {
    package var imagePath: String
    package var x: Int
    package var y: Int
    /// The width it is scaled to; the height follows.
    package var width: Int
    /// From 0, not seen, to 1.
    package var opacity: Double
    /// Output time.
    package var fromMs: Int
    /// Output time; nil: to the end.
    package var toMs: Int?

    package init(
        imagePath: String,
        x: Int,
        y: Int,
        width: Int,
        opacity: Double = 1,
        fromMs: Int = 0,
        toMs: Int? = nil
    ) {
        self.imagePath = imagePath
        self.x = x
        self.y = y
        self.width = width
        self.opacity = opacity
        self.fromMs = fromMs
        self.toMs = toMs
    }
}

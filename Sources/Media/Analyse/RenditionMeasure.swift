/// What a finished file turned out to be when it was decoded to its end.
package struct RenditionMeasure: Sendable, Equatable {
    package var durationMs: Int
    package var width: Int
    package var height: Int
    package var frameRate: FrameRate?
    package var frames: Int
    /// First sound minus first picture.
    package var audioOffsetMs: Int
    package var videoMs: Int
    package var audioMs: Int
    package var integratedLufs: Double
    package var truePeakDb: Double
    /// Stretches in milliseconds.
    package var black: [Range<Int>]
    package var frozen: [Range<Int>]
    package var silent: [Range<Int>]
    package var decodeErrors: Int
}

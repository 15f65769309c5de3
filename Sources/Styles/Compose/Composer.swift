/// Puts together what the stages made of each clip; pure, so that the same artifacts always give the same result.
package enum Composer {
    /// Clip length and sound may differ by this, about two frames.
    static let durationToleranceMs = 80
    /// A crop's shape may differ from its ratio by this share, since its sides are even whole pixels.
    static let shapeTolerance = 0.03
    static let gainDbMax = 20.0
}

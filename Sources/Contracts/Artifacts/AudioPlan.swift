/// Artifact `audio-plan`: what was measured of one clip's sound.
///
/// What a style makes of it is decided at compose.
package struct AudioPlan: Codable, Sendable, Hashable {
    package var version = 1
    package var clip: String
    package var durationMs: Int
    /// Nil for digital silence.
    package var integratedLufs: Double?
    package var truePeakDbtp: Double?
    /// Fades that hide the cuts.
    package var fadeInMs: Int
    package var fadeOutMs: Int
    /// Pauses in clip time that a style may tighten.
    package var pauses: [TimeRange]
    package var warnings: [Warning]
    /// Filler words in clip time that a style may cut out; nil where nobody looked for them.
    package var fillers: [TimeRange]?

    package init(
        clip: String,
        durationMs: Int,
        integratedLufs: Double?,
        truePeakDbtp: Double?,
        fadeInMs: Int,
        fadeOutMs: Int,
        pauses: [TimeRange],
        warnings: [Warning],
        fillers: [TimeRange]? = nil
    ) {
        self.clip = clip
        self.durationMs = durationMs
        self.integratedLufs = integratedLufs
        self.truePeakDbtp = truePeakDbtp
        self.fadeInMs = fadeInMs
        self.fadeOutMs = fadeOutMs
        self.pauses = pauses
        self.warnings = warnings
        self.fillers = fillers
    }
}

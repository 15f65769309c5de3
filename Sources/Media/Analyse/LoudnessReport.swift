/// Loudness of a piece of sound by EBU R 128.
package struct LoudnessReport: Sendable, Equatable {
    /// What stands for silence: R 128 gives no lower value.
    package static let silentLufs = -70.0

    package var integratedLufs: Double
    /// The highest peak between samples; nil if it was not asked for.
    package var truePeakDb: Double?
    package var loudnessRange: Double
    /// Momentary loudness in LUFS, one value each `hopMs`.
    package var momentaryLufs: [Float]
    package var durationMs: Int

    package static let hopMs = 100

    package var isSilent: Bool { integratedLufs <= Self.silentLufs }
}

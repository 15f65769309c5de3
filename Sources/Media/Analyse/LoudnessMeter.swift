import Glibc

/// Gathers what the `ebur128` filter attaches to its frames.
struct LoudnessMeter {
    private var momentary: [Float] = []
    private var integrated = LoudnessReport.silentLufs
    private var range = 0.0
    private var peak = 0.0
    private var lastMs = 0
    private let hasPeaks: Bool

    init(hasPeaks: Bool) { self.hasPeaks = hasPeaks }

    /// The filter that this meter reads.
    static func filter(hasPeaks: Bool) -> String {
        "ebur128=metadata=1:framelog=verbose\(hasPeaks ? ":peak=true" : "")"
    }

    mutating func add(_ frame: Frame, timeMs: Int) {
        lastMs = timeMs + frame.sampleCount * 1_000 / max(1, frame.sampleRate)
        if let value = frame.metadata("lavfi.r128.M").flatMap(Double.init) {
            momentary.append(value.isFinite ? Float(max(value, LoudnessReport.silentLufs)) : -70)
        }
        if let value = frame.metadata("lavfi.r128.I").flatMap(Double.init), value.isFinite {
            integrated = value
        }
        if let value = frame.metadata("lavfi.r128.LRA").flatMap(Double.init), value.isFinite { range = value }
        guard hasPeaks else { return }
        for channel in 0..<2 {
            let value = frame.metadata("lavfi.r128.true_peaks_ch\(channel)").flatMap(Double.init) ?? 0
            peak = max(peak, value)
        }
    }

    var report: LoudnessReport {
        LoudnessReport(
            integratedLufs: max(integrated, LoudnessReport.silentLufs),
            truePeakDb: hasPeaks ? (peak > 0 ? max(20 * log10(peak), -120) : -120) : nil,
            loudnessRange: range,
            momentaryLufs: momentary,
            durationMs: lastMs
        )
    }
}

import CLibav

/// Loudness and pauses of a file's sound.
package enum AudioAnalysis {
    /// Pauses in speech lie about this far under its loudness.
    package static let silenceBelowLoudnessDb = 16.0

    /// Measures the loudness of the whole sound or of `rangeMs`.
    ///
    /// The true peak takes most of the time; leave it out for long sources.
    package static func measure(
        path: String,
        rangeMs: Range<Int>? = nil,
        withTruePeak: Bool = true,
        cancel: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(MediaError) -> LoudnessReport {
        let sound = try open(path, rangeMs, cancel, sink: "abuffersink@out") {
            "aresample=\(AudioFormat.sampleRate),\(AudioFormat.filters),\(LoudnessMeter.filter(hasPeaks: withTruePeak))"
        }
        var meter = LoudnessMeter(hasPeaks: withTruePeak)
        let startMs = rangeMs?.lowerBound ?? 0
        let totalMs = rangeMs?.count ?? sound.input.claimedDurationMs ?? 0
        let steps = ProgressStep(startMs: startMs, totalMs: totalMs, progress)
        try sound.run(untilMs: rangeMs?.upperBound, steps: steps) { output in
            meter.add(output.frame, timeMs: output.timeMs)
            return true
        }
        guard sound.framesDecoded > 0 else {
            throw MediaError(.decodeFailed, "the sound could not be decoded")
        }
        steps.finish()
        return meter.report
    }

    /// Stretches of at least `minimumMs` that stay `thresholdBelowLoudnessDb` under the measured loudness.
    package static func silences(
        path: String,
        rangeMs: Range<Int>? = nil,
        thresholdBelowLoudnessDb: Double = silenceBelowLoudnessDb,
        minimumMs: Int = 250,
        loudness: LoudnessReport? = nil,
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) -> [Range<Int>] {
        var measured = loudness
        if measured == nil {
            measured = try measure(path: path, rangeMs: rangeMs, withTruePeak: false, cancel: cancel)
        }
        return try quietStretches(
            path: path,
            rangeMs: rangeMs,
            thresholdDb: (measured?.integratedLufs ?? LoudnessReport.silentLufs) - thresholdBelowLoudnessDb,
            minimumMs: minimumMs,
            cancel: cancel
        )
    }

    /// Stretches whose level stays under `thresholdDb` relative to full scale.
    static func quietStretches(
        path: String,
        rangeMs: Range<Int>?,
        thresholdDb: Double,
        minimumMs: Int,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> [Range<Int>] {
        let rate = AudioExtractor.sampleRate
        let sound = try open(path, rangeMs, cancel, sink: "abuffersink@out") {
            "aresample=\(rate):async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=mono"
        }
        var finder = SilenceFinder(sampleRate: rate, thresholdDb: thresholdDb, minimumMs: minimumMs)
        try sound.run(untilMs: rangeMs?.upperBound) { output in
            finder.add(output.frame.int16Samples())
            return true
        }
        let offset = rangeMs?.lowerBound ?? 0
        return finder.finish().map { $0.lowerBound + offset..<$0.upperBound + offset }
    }

    /// The sound of `rangeMs`, its times counted from the start of the range.
    private static func open(
        _ path: String,
        _ rangeMs: Range<Int>?,
        _ cancel: @escaping @Sendable () -> Bool,
        sink: String,
        filters: () -> String
    ) throws(MediaError) -> FilteredStream {
        let body = filters()
        var trim: [String] = []
        if let rangeMs {
            let start = Double(rangeMs.lowerBound) / 1_000
            trim = [
                "atrim=start=\(start):end=\(Double(rangeMs.upperBound) / 1_000)", "asetpts=PTS-(\(start)/TB)",
            ]
        }
        return try FilteredStream(
            path: path,
            kind: .audio,
            sinks: [sink],
            fromMs: rangeMs?.lowerBound,
            cancel: cancel
        ) { frame, timeBase in
            ([FilterText.audioSource("in", frame, timeBase)] + trim + [body, sink]).joined(separator: ",")
        }
    }
}

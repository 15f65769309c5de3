import CLibav

/// Finds the cuts of a video.
package enum SceneCuts {
    private static let thresholdDefault = 10.0
    private static let widthPixels = 320
    /// Of several cuts closer together than this, flashes mostly, only the strongest counts.
    private static let apartMsMin = 200

    /// The cuts of the whole video in order of time, each exact to the frame.
    package static func detect(
        path: String,
        rangeMs: Range<Int>? = nil,
        threshold: Double = thresholdDefault,
        cancel: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(MediaError) -> [SceneCut] {
        let picture = try FilteredStream(
            path: path,
            kind: .video,
            sinks: ["buffersink@out"],
            shortcuts: Decoder.Shortcuts(skipsLoopFilter: true),
            fromMs: rangeMs?.lowerBound,
            cancel: cancel
        ) { frame, timeBase in
            [
                FilterText.videoSource("in", frame, timeBase),
                "scale=\(widthPixels):-2:flags=fast_bilinear",
                "format=yuv420p",
                "scdet=threshold=\(threshold)",
                "buffersink@out",
            ].joined(separator: ",")
        }
        let startMs = rangeMs?.lowerBound ?? 0
        let steps = ProgressStep(
            startMs: startMs,
            totalMs: rangeMs?.count ?? picture.input.claimedDurationMs ?? 0,
            progress
        )
        var cuts: [SceneCut] = []
        try picture.run(untilMs: rangeMs?.upperBound, steps: steps) { output in
            guard output.frame.metadata("lavfi.scd.time") != nil else { return true }
            let score = output.frame.metadata("lavfi.scd.score").flatMap(Double.init) ?? threshold
            keep(SceneCut(atMs: output.timeMs, score: score), in: &cuts)
            return true
        }
        guard picture.framesDecoded > 0 else {
            throw MediaError(.decodeFailed, "not one picture could be decoded")
        }
        steps.finish()
        return cuts
    }

    private static func keep(_ cut: SceneCut, in cuts: inout [SceneCut]) {
        guard let last = cuts.last, cut.atMs - last.atMs < apartMsMin else {
            cuts.append(cut)
            return
        }
        if cut.score > last.score { cuts[cuts.count - 1] = cut }
    }
}

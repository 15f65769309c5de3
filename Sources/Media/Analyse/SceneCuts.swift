import CLibav

/// Finds the cuts of a video.
package enum SceneCuts {
    private static let thresholdDefault = 10.0
    /// Of the threshold, what is enough where the picture is still on both sides: two shots in one room are alike.
    private static let stillShare = 0.4
    /// So many times the change of the pictures around it a cut between still ones changes.
    private static let stillFactor: Float = 9
    private static let neighbours = 15
    private static let neighboursMin = 8
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
        var changes: [Change] = []
        try picture.run(untilMs: rangeMs?.upperBound, steps: steps) { output in
            let score = output.frame.metadata("lavfi.scd.score").flatMap(Float.init) ?? 0
            let difference = output.frame.metadata("lavfi.scd.mafd").flatMap(Float.init) ?? score
            changes.append(Change(atMs: Int32(clamping: output.timeMs), score: score, difference: difference))
            return true
        }
        guard picture.framesDecoded > 0 else {
            throw MediaError(.decodeFailed, "not one picture could be decoded")
        }
        steps.finish()
        var cuts: [SceneCut] = []
        for index in changes.indices where isCut(index, changes, Float(threshold)) {
            keep(SceneCut(atMs: Int(changes[index].atMs), score: Double(changes[index].score)), in: &cuts)
        }
        return cuts
    }

    /// How a picture differs from the one before; kept small, since a source has some 100 000 pictures.
    private struct Change {
        let atMs: Int32
        let score: Float
        let difference: Float
    }

    private static func isCut(_ index: Int, _ changes: [Change], _ threshold: Float) -> Bool {
        let score = changes[index].score
        if score >= threshold { return true }
        guard score >= threshold * Float(stillShare) else { return false }
        let around =
            changes[max(0, index - neighbours)..<index]
            + changes[(index + 1)...].prefix(neighbours)
        guard around.count >= neighboursMin else { return false }
        let mean = around.reduce(0) { $0 + $1.difference } / Float(around.count)
        return score >= stillFactor * max(mean, 0.05)
    }

    private static func keep(_ cut: SceneCut, in cuts: inout [SceneCut]) {
        guard let last = cuts.last, cut.atMs - last.atMs < apartMsMin else {
            cuts.append(cut)
            return
        }
        if cut.score > last.score { cuts[cuts.count - 1] = cut }
    }
}

import CLibav

/// Tries a short's sound out before it is rendered: the limiter takes loudness from a clip with high peaks.
enum SoundTrial {
    /// What is nearer to the target stays as it is.
    private static let missLUMax = 0.4
    /// What the limiter takes is never wholly given back by one correction.
    private static let trialsMax = 2
    private static let correctionDbMax = 6.0

    /// The gain with which the finished sound comes to lie at `targetLufs`.
    static func gainDb(
        _ spec: ShortRenderSpec,
        timeline: RenderTimeline,
        targetLufs: Double,
        cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> Double {
        var trial = spec
        for _ in 0..<trialsMax {
            let loudness = try measure(trial, timeline, cancel)
            let miss = targetLufs - loudness.integratedLufs
            if loudness.isSilent || abs(miss) <= missLUMax { break }
            let range = spec.sound.gainDb - correctionDbMax...spec.sound.gainDb + correctionDbMax
            trial.sound.gainDb = min(max(trial.sound.gainDb + miss, range.lowerBound), range.upperBound)
        }
        return trial.sound.gainDb
    }

    private static func measure(
        _ spec: ShortRenderSpec,
        _ timeline: RenderTimeline,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> LoudnessReport {
        let input = try MediaInput(path: spec.clipPath, cancel: cancel)
        guard let audio = MediaProbe.audioStream(of: input) else {
            throw MediaError(.noAudio, "the clip has no sound")
        }
        let reader = try FrameReader(input, decoders: [try Decoder(input, audio)])
        let chain = try SoundChain(
            spec: spec,
            timeline: timeline,
            stream: audio,
            cancel: cancel,
            tail: [LoudnessMeter.filter(hasPeaks: false)]
        )
        var meter = LoudnessMeter(hasPeaks: false)
        let frame = try Frame()
        while !chain.isDone, try reader.next(into: frame) != nil {
            try chain.push(frame) { (finished) throws(MediaError) in meter.add(finished, timeMs: 0) }
        }
        try chain.finish { (finished) throws(MediaError) in meter.add(finished, timeMs: 0) }
        return meter.report
    }
}

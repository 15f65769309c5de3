import CLibav

/// Writes the sound of a file in the form that speech recognition and analysis read.
package enum AudioExtractor {
    package static let sampleRate = 16_000

    /// Writes 16 kHz mono PCM whose sample zero is the media's time zero; returns its duration in milliseconds.
    package static func extractMono16k(
        source: String,
        to wavPath: String,
        cancel: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(MediaError) -> Int {
        let sound = try FilteredStream(
            path: source,
            kind: .audio,
            sinks: ["abuffersink@out"],
            cancel: cancel
        ) { frame, timeBase in mono(frame, timeBase) }
        let writer = try WaveWriter(path: wavPath, sampleRate: sampleRate)
        let steps = ProgressStep(totalMs: sound.input.claimedDurationMs ?? 0, progress)
        try sound.run(steps: steps) { (output) throws(MediaError) in
            try writer.append(output.frame.int16Samples())
            return true
        }
        guard writer.sampleCount > 0 else {
            throw MediaError(.decodeFailed, "the sound could not be decoded")
        }
        try writer.finish()
        steps.finish()
        return writer.sampleCount * 1_000 / sampleRate
    }

    /// A graph from any sound to 16 kHz mono from time zero on.
    private static func mono(_ frame: Frame, _ timeBase: AVRational) -> String {
        [
            FilterText.audioSource("in", frame, timeBase),
            "aresample=\(sampleRate):async=1:first_pts=0",
            "aformat=sample_fmts=s16:channel_layouts=mono",
            "abuffersink@out",
        ].joined(separator: ",")
    }
}

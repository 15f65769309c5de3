import Glibc

/// How music lies under the sound of a short.
struct MusicMix {
    /// What is louder than this is taken for speech: a voice that is levelled lies about 22 dB over it.
    private static let speechThresholdDb = -40.0
    private static let speechOverThresholdDb = 22.0
    private static let fadeInMs = 250
    /// Short enough not to swallow a first word, long enough not to breathe between words.
    private static let (attackMs, releaseMs) = (40, 700)

    private let music: ShortRenderSpec.Music
    private let totalMs: Int

    init(_ music: ShortRenderSpec.Music, totalMs: Int) {
        self.music = music
        self.totalMs = totalMs
    }

    /// What is put behind the clip's sound to mix the music in; `source` is where the music comes from.
    func filters(source: String) -> String {
        var bed = [source, "volume=\(music.gainDb)dB:precision=float", fade("in", 0, Self.fadeInMs)]
        let fadeOutMs = min(music.fadeOutMs, totalMs)
        if fadeOutMs > 0 { bed.append(fade("out", totalMs - fadeOutMs, fadeOutMs)) }
        let mix = "amix=inputs=2:duration=longest:normalize=0"
        guard music.duckingDb > 0 else {
            return "anull[speech];\(bed.joined(separator: ","))[bed];[speech][bed]\(mix)"
        }
        let threshold = pow(10, Self.speechThresholdDb / 20)
        let ducking =
            "sidechaincompress=threshold=\(threshold):ratio=\(ratio):attack=\(Self.attackMs)"
            + ":release=\(Self.releaseMs):detection=rms:knee=1:makeup=1"
        return "asplit[speech][key];\(bed.joined(separator: ","))[bed];[bed][key]\(ducking)[ducked];"
            + "[speech][ducked]\(mix)"
    }

    /// Of a compressor that takes `duckingDb` from what lies so far over its threshold.
    private var ratio: Double {
        let kept = 1 - music.duckingDb / Self.speechOverThresholdDb
        return min(20, 1 / max(kept, 0.05))
    }

    private func fade(_ direction: String, _ startMs: Int, _ lengthMs: Int) -> String {
        "afade=t=\(direction):st=\(Double(startMs) / 1_000):d=\(Double(lengthMs) / 1_000)"
    }
}

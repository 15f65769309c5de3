import Contracts
import Media

/// Brings a source into the form that all later stages read: everything that parses a stranger's file.
enum SourceWork {
    private struct Made {
        let original: ProbedMedia
        let media: NormalizedMedia
        let audioMs: Int
        let loudness: LoudnessReport
    }

    static func run(
        _ order: SourceOrder,
        progress: @escaping @Sendable (Double) -> Void
    ) throws(MediaError) -> SourceNews.Result {
        let original = try MediaProbe.probe(path: order.source)
        try checkLength(original.durationMs, order.durationMsMax)
        let media = try Normalizer.normalize(
            source: order.source,
            to: order.mediaPath,
            progress: { progress(0.85 * $0) }
        )
        // What a header claims and what is there may differ.
        try checkLength(media.measuredDurationMs, order.durationMsMax)
        let audioMs = try AudioExtractor.extractMono16k(
            source: order.mediaPath,
            to: order.audioPath,
            progress: { progress(0.85 + 0.15 * $0) }
        )
        let loudness = try AudioAnalysis.measure(path: order.audioPath, withTruePeak: false)
        let made = Made(original: original, media: media, audioMs: audioMs, loudness: loudness)
        return SourceNews.Result(media: mediaInfo(made), audio: audioInfo(made))
    }

    private static func checkLength(_ durationMs: Int, _ durationMsMax: Int?) throws(MediaError) {
        guard let durationMsMax, durationMs > durationMsMax else { return }
        throw MediaError(
            .tooLong,
            "the source lasts \(durationMs / 1_000) s, at most \(durationMsMax / 1_000) s are taken"
        )
    }

    private static func audioInfo(_ made: Made) -> AudioInfo {
        AudioInfo(
            durationMs: made.audioMs,
            sampleRate: AudioExtractor.sampleRate,
            channels: 1,
            integratedLufs: made.loudness.isSilent ? nil : made.loudness.integratedLufs.tenths
        )
    }

    private static func mediaInfo(_ made: Made) -> MediaInfo {
        MediaInfo(
            container: made.media.probe.container,
            durationMs: made.media.measuredDurationMs,
            video: made.media.probe.video.map(MediaInfo.Video.init),
            audio: made.media.probe.audio.map(MediaInfo.Audio.init),
            treatment: made.media.wasRemuxed ? .remuxed : .reencoded,
            reasons: made.media.reasons,
            original: MediaInfo.Original(
                container: made.original.container,
                durationMs: made.original.durationMs,
                video: made.original.video.map(MediaInfo.Video.init),
                audio: made.original.audio.map(MediaInfo.Audio.init)
            ),
            warnings: made.media.warnings.map { Warning(code: "source-irregular", detail: $0.sentence) }
        )
    }
}

extension MediaInfo.Video {
    fileprivate init(_ video: ProbedMedia.Video) {
        self.init(
            codec: video.codec,
            width: video.width,
            height: video.height,
            fpsNum: video.frameRate?.numerator ?? 0,
            fpsDen: video.frameRate?.denominator ?? 1
        )
    }
}

extension MediaInfo.Audio {
    fileprivate init(_ audio: ProbedMedia.Audio) {
        self.init(codec: audio.codec, sampleRate: audio.sampleRate, channels: audio.channels)
    }
}

import Contracts
import Media

/// Brings a source into the form that all later stages read.
struct TranscodeHandler: TaskHandler {
    private struct Made {
        let original: ProbedMedia
        let media: NormalizedMedia
        let audioMs: Int
        let loudness: LoudnessReport
    }

    func run(_ context: TaskContext) async throws {
        let source = try await context.input("source")
        let mediaPath = context.scratch("media.mp4")
        let audioPath = context.scratch("audio.wav")
        let durationMsMax = context.task.parameters.durationMsMax
        let cancel = context.isCancelled
        let (normalizing, extracting) = (
            context.progress(from: 0.02, to: 0.75), context.progress(from: 0.75, to: 0.85)
        )
        let made = try await context.blocking {
            let original = try MediaProbe.probe(path: source, cancel: cancel)
            try Self.checkLength(original.durationMs, durationMsMax)
            let media = try Normalizer.normalize(
                source: source,
                to: mediaPath,
                cancel: cancel,
                progress: normalizing
            )
            // What a header claims and what is there may differ.
            try Self.checkLength(media.measuredDurationMs, durationMsMax)
            let audioMs = try AudioExtractor.extractMono16k(
                source: mediaPath,
                to: audioPath,
                cancel: cancel,
                progress: extracting
            )
            let loudness = try AudioAnalysis.measure(path: audioPath, withTruePeak: false, cancel: cancel)
            return Made(original: original, media: media, audioMs: audioMs, loudness: loudness)
        }
        context.progress(0.88)
        let info = Self.info(made)
        context.warn(info.warnings)
        try await context.upload(ArtifactName("media", fileExtension: "mp4"), file: mediaPath)
        try await context.upload(ArtifactName("media"), json: info)
        try await context.upload(ArtifactName("audio", fileExtension: "wav"), file: audioPath)
        try await context.upload(
            ArtifactName("audio"),
            json: AudioInfo(
                durationMs: made.audioMs,
                sampleRate: AudioExtractor.sampleRate,
                channels: 1,
                integratedLufs: made.loudness.isSilent ? nil : made.loudness.integratedLufs.tenths
            )
        )
    }

    private static func checkLength(_ durationMs: Int, _ durationMsMax: Int?) throws(Problem) {
        guard let durationMsMax, durationMs > durationMsMax else { return }
        throw Problem(
            .sourceTooLong,
            detail: "the source lasts \(durationMs / 1_000) s, at most \(durationMsMax / 1_000) s are taken"
        )
    }

    private static func info(_ made: Made) -> MediaInfo {
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

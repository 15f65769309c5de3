/// Brings any accepted source into one form: H.264 4:2:0, constant rate, upright, square pixels, AAC, MP4.
package enum Normalizer {
    /// Less than this is missing at the end of many sound files.
    private static let shortfallMsMin = 1_000
    private static let attemptsMax = 3

    /// Writes the normalised form of `source` to `mp4Path`.
    ///
    /// Clean streams are copied, others encoded again.
    package static func normalize(
        source: String,
        to mp4Path: String,
        limits: MediaLimits = MediaLimits(),
        encoding: VideoEncoding = VideoEncoding(),
        cancel: @escaping @Sendable () -> Bool = { false },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(MediaError) -> NormalizedMedia {
        let probed = try MediaProbe.probe(path: source, limits: limits, cancel: cancel)
        var plan = try makePlan(source, probed, limits, cancel)
        for _ in 0..<attemptsMax {
            let input = try MediaInput(path: source, limits: limits, cancel: cancel)
            let pass = try NormalizePass(plan, input, to: mp4Path, encoding: encoding)
            let outcome = try pass.run(durationMs: probed.durationMs, progress: progress)
            if let unfit = outcome.unfit {
                plan = encodingAll(plan, because: unfit.reason)
                continue
            }
            let result = try conclude(plan, outcome, probed, mp4Path, limits, cancel)
            progress(1)
            return result
        }
        throw MediaError(.decodeFailed, "the source could be neither copied nor encoded")
    }

    private static func makePlan(
        _ source: String,
        _ probed: ProbedMedia,
        _ limits: MediaLimits,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> NormalizePlan {
        let input = try MediaInput(path: source, limits: limits, cancel: cancel)
        guard let video = MediaProbe.videoStream(of: input) else {
            throw MediaError(.noVideo, "the file has sound but no moving picture")
        }
        guard let audio = MediaProbe.audioStream(of: input) else {
            throw MediaError(.noAudio, "the file has no sound, and moments are found by what is said")
        }
        var plan = NormalizePlan(input: input, video: video, audio: audio)
        let copied = (plan.copiesVideo ? [video] : []) + (plan.copiesAudio ? [audio] : [])
        let decodes = try SpotCheck.decodes(
            source,
            copied,
            limits: limits,
            durationMs: probed.durationMs,
            cancel: cancel
        )
        if !decodes { plan = encodingAll(plan, because: "parts of it do not decode cleanly") }
        return plan
    }

    private static func encodingAll(_ plan: NormalizePlan, because reason: String) -> NormalizePlan {
        var plan = plan
        plan.videoReasons.append(reason)
        plan.audioReasons.append(reason)
        return plan
    }

    private static func conclude(
        _ plan: NormalizePlan,
        _ outcome: NormalizePass.Outcome,
        _ probed: ProbedMedia,
        _ path: String,
        _ limits: MediaLimits,
        _ cancel: @escaping @Sendable () -> Bool
    ) throws(MediaError) -> NormalizedMedia {
        let isDamaged = outcome.damagedReads > 0
        guard outcome.videoFrames > 0 else {
            throw isDamaged
                ? MediaError(.truncated, "the file ends before the first picture")
                : MediaError(.decodeFailed, "not one picture could be decoded")
        }
        guard outcome.audioFrames > 0 else {
            throw isDamaged
                ? MediaError(.truncated, "the file ends before the first sound")
                : MediaError(.decodeFailed, "the sound could not be decoded")
        }
        let measured = max(outcome.videoMs, outcome.audioMs)
        let missing = probed.durationMs - min(outcome.videoMs, outcome.audioMs)
        let isShort = missing > max(shortfallMsMin, probed.durationMs / 20)
        var warnings = probed.warnings
        if isShort || (isDamaged && measured < probed.durationMs - shortfallMsMin / 2) {
            let readable = min(outcome.videoMs, outcome.audioMs)
            let isCut = isDamaged || measured < probed.durationMs - shortfallMsMin
            if isCut && readable < limits.truncatedMsMin {
                FileBytes.remove(path)
                throw MediaError(
                    .truncated,
                    "only \(readable) ms of \(probed.durationMs) ms can be read: the file is cut short"
                )
            }
            warnings.append("only \(readable) ms of \(probed.durationMs) ms have both picture and sound")
        }
        if outcome.decodeErrors > 0 {
            warnings.append("\(outcome.decodeErrors) damaged packets were passed over")
        }
        if outcome.jumps > 0 {
            warnings.append("timestamps jump \(outcome.jumps) times; the jumps were closed")
        }
        let result = try MediaProbe.probe(path: path, limits: limits, cancel: cancel)
        return NormalizedMedia(
            videoWasCopied: plan.copiesVideo,
            audioWasCopied: plan.copiesAudio,
            reasons: plan.reasons,
            warnings: warnings,
            measuredDurationMs: measured,
            probe: result
        )
    }
}

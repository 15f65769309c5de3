package import Pipeline

extension PollSchedule {
    /// Of a transcription service: with callbacks it is asked once a minute, without them every ten seconds.
    ///
    /// The first question waits for a tenth of the media's length, but not for more than five minutes, and what takes
    /// more than twice its length is lost.
    package static func transcription(mediaMs: Int?, hasCallbacks: Bool) -> PollSchedule {
        let knownMs = min(max(mediaMs ?? 0, 0), 86_400_000)
        return PollSchedule(
            firstDelayMs: min(max(30_000, knownMs / 10), 300_000),
            delayMsMax: hasCallbacks ? 60_000 : 10_000,
            factor: 1.5,
            // Media of unknown length is taken for an hour.
            deadlineMs: max(900_000, (mediaMs == nil ? 3_600_000 : knownMs) * 2)
        )
    }

    /// Of a vision service: asked as often, and lost after the media's length, a quarter of an hour at least.
    package static func vision(mediaMs: Int?, hasCallbacks: Bool) -> PollSchedule {
        let speech = PollSchedule.transcription(mediaMs: mediaMs, hasCallbacks: hasCallbacks)
        return PollSchedule(
            firstDelayMs: speech.firstDelayMs,
            delayMsMax: speech.delayMsMax,
            factor: speech.factor,
            deadlineMs: max(900_000, speech.deadlineMs / 2)
        )
    }
}

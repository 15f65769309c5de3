package import Pipeline

extension PollSchedule {
    /// Of a render service that calls back: a tenth of the time that the render may take passes first, at least half a
    /// minute, and then it is asked once a minute.
    package static func render(timeoutSeconds: Int) -> PollSchedule {
        let timeoutMs = min(max(timeoutSeconds, 60), 86_400) * 1_000
        let first = min(max(30_000, timeoutMs / 10), 60_000)
        return PollSchedule(
            firstDelayMs: first,
            delayMsMax: 60_000,
            factor: 1.5,
            deadlineMs: timeoutMs + 60_000,
            unknownWaitMs: 180_000
        )
    }
}

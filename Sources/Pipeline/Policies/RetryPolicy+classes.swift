extension RetryPolicy {
    /// How often work that failed in this way is tried, and after what pauses.
    ///
    /// Attempts of all classes count together: the class of the last failure says whether there is another one.
    package static func of(_ kind: FailureClass) -> RetryPolicy {
        switch kind {
        // Frees up by itself, and costs nobody anything: often and soon.
        case .busy: RetryPolicy(attemptsMax: 20, firstDelayMs: 500, delayMsMax: 15_000)
        // A restart takes seconds. An outage of minutes is weathered by the pauses between dispatches.
        case .away: RetryPolicy(attemptsMax: 4, firstDelayMs: 2_000, delayMsMax: 60_000)
        // Only where its problem says that it may think otherwise.
        case .refused: RetryPolicy(attemptsMax: 3, firstDelayMs: 5_000, delayMsMax: 60_000)
        // It has cost its whole time already: once more.
        case .timedOut: RetryPolicy(attemptsMax: 2, firstDelayMs: 5_000, delayMsMax: 60_000)
        case .lost, .broken: stage
        // The same work gives the same result, unless it was cut off on its way.
        case .badResult: stage
        case .ours: RetryPolicy(attemptsMax: 3, firstDelayMs: 2_000, delayMsMax: 60_000)
        case .badInput: RetryPolicy(attemptsMax: 1, firstDelayMs: 0, delayMsMax: 0)
        }
    }
}

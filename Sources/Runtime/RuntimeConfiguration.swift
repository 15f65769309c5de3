package import Store

/// Limits of one pipeline runtime.
package struct RuntimeConfiguration: Sendable {
    /// Where providers reach this gateway, without a slash at the end: callbacks and uploads go there.
    package var gatewayURL: String
    /// Where hosted providers reach it, likewise; nil where that is the same.
    package var publicURL: String?
    /// Stages that are run or delegated at once.
    package var jobsInFlightMax = 4
    /// Linked sources that are fetched at once; apart, since a slow server may keep its place for long.
    package var fetchesInFlightMax = 16
    /// Plans that hosted models make at once; apart for the same reason, and gentle on their rate limits.
    package var questionsInFlightMax = 4
    /// Tasks that are dispatched, polled or settled at once.
    package var tasksInFlightMax = 16
    package var callbacksInFlightMax = 8
    /// How long the work of a process that died waits for another one.
    ///
    /// Jobs renew theirs while they run; a look at a task ends within 15 s. Who is slower all the same is fenced.
    package var jobLeaseSeconds = 20
    package var taskLeaseSeconds = 20
    package var callbackLeaseSeconds = 20
    /// How long stages under way may take to end when the gateway stops; then they are handed back.
    package var drainMs = 20_000
    /// How long the runtime sleeps when nobody wakes it.
    package var idleMs = 500
    /// Longest and largest source that is taken.
    package var sourceDurationMsMax = 6 * 3_600_000
    package var sourceBytesMax: Int64 = 64 << 30
    package var sourceDownloadMsMax = 4 * 3_600_000
    /// A source that comes slower than this for half a minute is given up.
    package var sourceBytesPerSecondMin = 16 << 10
    /// Largest file that is fetched from a provider that rendered it, and how long that may take.
    package var renditionBytesMax: Int64 = 4 << 30
    package var renditionDownloadMsMax = 30 * 60_000
    /// Shortest pause before what a provider says that it made is asked for again, doubled with each try.
    package var resultPauseMs = 5_000
    /// Who transcribes a language where the run does not say; `*` is any language.
    package var transcriptionByLanguage: [String: [String]] = [:]
    package var retention = RetentionPolicy()

    package init(gatewayURL: String) {
        self.gatewayURL = gatewayURL
    }
}

/// Limits of one pipeline runtime.
package struct RuntimeConfiguration: Sendable {
    /// Where providers reach this gateway, without a slash at the end: callbacks and uploads go there.
    package var gatewayURL: String
    /// Work that is done at once: stages run here and sources fetched.
    package var jobsInFlightMax = 4
    /// Tasks that are dispatched, polled or settled at once.
    package var tasksInFlightMax = 16
    package var callbacksInFlightMax = 8
    package var jobLeaseSeconds = 60
    package var taskLeaseSeconds = 45
    package var callbackLeaseSeconds = 45
    /// How long the runtime sleeps when nobody wakes it.
    package var idleMs = 500
    /// Longest and largest source that is taken.
    package var sourceDurationMsMax = 6 * 3_600_000
    package var sourceBytesMax: Int64 = 64 << 30
    package var sourceDownloadMsMax = 4 * 3_600_000

    package init(gatewayURL: String) {
        self.gatewayURL = gatewayURL
    }
}

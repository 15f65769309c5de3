package import Foundation

/// One stage of a run as clients see it.
package struct JobView: Codable, Sendable, Hashable {
    package var id: String
    package var runId: String
    package var stage: String
    /// `01` to `12`.
    package var number: String
    package var state: String
    package var attempt: Int
    package var progress: Double
    @Nullable package var provider: String?
    @Nullable package var fingerprint: String?
    /// The job whose artifacts this one attached instead of being run.
    @Nullable package var reusedFrom: String?
    /// The job of another run that computes the same, while this one waits for it.
    @Nullable package var waitsOn: String?
    package var warnings: [Warning]
    @Nullable package var usage: TaskReport.Usage?
    @Nullable package var error: Problem?
    @Nullable package var startedAt: Date?
    @Nullable package var finishedAt: Date?

    package init(
        id: String,
        runId: String,
        stage: String,
        number: String,
        state: String,
        attempt: Int,
        progress: Double,
        provider: String?,
        fingerprint: String?,
        reusedFrom: String?,
        waitsOn: String?,
        warnings: [Warning],
        usage: TaskReport.Usage?,
        error: Problem?,
        startedAt: Date?,
        finishedAt: Date?
    ) {
        self.id = id
        self.runId = runId
        self.stage = stage
        self.number = number
        self.state = state
        self.attempt = attempt
        self.progress = progress
        self.provider = provider
        self.fingerprint = fingerprint
        self.reusedFrom = reusedFrom
        self.waitsOn = waitsOn
        self.warnings = warnings
        self.usage = usage
        self.error = error
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

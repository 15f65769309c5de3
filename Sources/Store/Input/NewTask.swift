package import Contracts

/// A task that is to be stored before its provider hears of it.
package struct NewTask: Sendable, Hashable {
    package var id: String
    package var provider: String
    package var kind: String
    /// SHA-256 of the token in the task's callback and upload links.
    package var tokenDigest: [UInt8]
    /// From minting until the task counts as lost.
    package var deadlineMs: Int

    package init(id: String, provider: String, kind: String, tokenDigest: [UInt8], deadlineMs: Int) {
        self.id = id
        self.provider = provider
        self.kind = kind
        self.tokenDigest = tokenDigest
        self.deadlineMs = deadlineMs
    }
}

/// A short that `compose` made, with the task that renders it.
package struct NewOutput: Sendable, Hashable {
    package var clip: String
    package var ordinal: Int
    package var rank: Int
    package var title: String
    package var score: Double
    package var details: ShortDetails
    package var task: NewTask

    package init(
        clip: String,
        ordinal: Int,
        rank: Int,
        title: String,
        score: Double,
        details: ShortDetails,
        task: NewTask
    ) {
        self.clip = clip
        self.ordinal = ordinal
        self.rank = rank
        self.title = title
        self.score = score
        self.details = details
        self.task = task
    }
}

/// How a task ended, from a callback or from a poll.
package enum TaskOutcome: Sendable, Hashable {
    /// `media` is what a transcode found out about the source; the run's asset keeps it.
    case completed(
        artifacts: [NewArtifact],
        qc: QualityReport? = nil,
        renditions: [NewRendition] = [],
        fingerprint: String? = nil,
        usage: TaskReport.Usage? = nil,
        warnings: [Warning] = [],
        media: AssetView.Media? = nil
    )
    case failed(Problem, isRetryable: Bool)
    case cancelled
}

/// What a report of a task's end changed.
package enum Settled: Sendable, Hashable {
    case applied
    /// The task, or its whole run, had ended before.
    case alreadySettled
    /// The report is about an attempt that was replaced.
    case staleAttempt
    /// There is no such task, or not yet such an attempt.
    case unknown
}

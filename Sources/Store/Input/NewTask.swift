package import Contracts
package import Pipeline

/// A task that is to be stored before its provider hears of it.
package struct NewTask: Sendable, Hashable {
    package var id: String
    package var provider: String
    package var kind: String
    /// SHA-256 of the token in the task's callback and upload links.
    package var tokenDigest: [UInt8]
    /// From minting until the task counts as lost.
    package var deadlineMs: Int
    /// What the provider makes of a task that it is given twice.
    package var submission: Submission
    /// Whether another provider may be asked when this one gives up.
    package var hasFallback: Bool

    package init(
        id: String,
        provider: String,
        kind: String,
        tokenDigest: [UInt8],
        deadlineMs: Int,
        submission: Submission = .idempotent,
        hasFallback: Bool = false
    ) {
        self.id = id
        self.provider = provider
        self.kind = kind
        self.tokenDigest = tokenDigest
        self.deadlineMs = deadlineMs
        self.submission = submission
        self.hasFallback = hasFallback
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
    /// `media` is what a transcode found out about the source; the run's asset keeps it. `lack` says why some of what
    /// was asked for is not there.
    case completed(
        artifacts: [NewArtifact],
        qc: QualityReport? = nil,
        renditions: [NewRendition] = [],
        fingerprint: String? = nil,
        usage: TaskReport.Usage? = nil,
        warnings: [Warning] = [],
        media: AssetView.Media? = nil,
        lack: Problem? = nil
    )
    case failed(Problem, isRetryable: Bool)
    case cancelled

    /// What it says of the task, for the decision what follows.
    package var event: TaskSignal.Event {
        switch self {
        case .completed:
            if let lack {
                .completedInPart(Failure(lack.failureClass, isRetryable: lack.retryable ?? false))
            } else {
                .completed
            }
        case .failed(let problem, let isRetryable):
            .failed(Failure(problem.failureClass, isRetryable: isRetryable))
        case .cancelled: .cancelled
        }
    }

    /// Why the task did not end well, or not wholly so.
    package var problem: Problem? {
        switch self {
        case .completed: lack
        case .failed(let problem, _): problem
        // We did not ask for it: a task that we cancelled is abandoned and never settled.
        case .cancelled:
            Problem(.providerRefused, detail: "the provider cancelled the task", retryable: true)
        }
    }

    private var lack: Problem? {
        guard case .completed(_, _, _, _, _, _, _, let lack) = self else { return nil }
        return lack
    }
}

/// By which way the end of a task became known first.
package enum SettledBy: String, Sendable, Hashable, CaseIterable {
    /// The reply to its dispatch.
    case submit
    case poll
    case callback
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

    package init(_ decision: TaskDecision) {
        guard case .ignore(let reason) = decision else {
            self = .applied
            return
        }
        self =
            switch reason {
            case .staleAttempt: .staleAttempt
            case .unknownAttempt: .unknown
            case .alreadySettled, .noNews: .alreadySettled
            }
    }
}

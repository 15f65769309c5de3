/// What is known of a task when a signal about it comes, all read under the lock of its run.
package struct TaskFacts: Sendable, Hashable {
    package var state: TaskState
    package var attempt: Int
    package var runState: RunState
    /// Whether it renders a short; any other task is a stage's.
    package var isShort: Bool
    /// Whether its job is under way at the attempt that the task was minted for.
    package var isJobWaiting: Bool
    /// Attempts of its job since the last reset, the current one included.
    package var jobTries: Int
    /// Attempts of the task that ended badly since the last reset.
    package var failures: Int
    /// Attempts that its provider lost while it worked on them, or that never arrived.
    package var losses: Int
    /// Attempts that its provider lost while they waited in line.
    package var waitingLosses: Int
    /// Whether its provider said, when it was last asked, that it has not begun.
    package var isWaitingInLine: Bool
    package var submission: Submission
    /// How the other task is of a stage that two providers do at once.
    package var rival: Rival
    /// Whether another provider may be asked when this one gives up.
    package var hasFallback: Bool

    /// The other one of two tasks that do the same.
    package enum Rival: Sendable, Hashable, CaseIterable {
        case none
        case live
        /// It ended well, and its result is held until both have ended.
        case held
        case failed
    }

    package init(
        state: TaskState,
        attempt: Int,
        runState: RunState,
        isShort: Bool,
        isJobWaiting: Bool,
        jobTries: Int,
        failures: Int = 0,
        losses: Int = 0,
        waitingLosses: Int = 0,
        isWaitingInLine: Bool = false,
        submission: Submission = .idempotent,
        rival: Rival = .none,
        hasFallback: Bool = false
    ) {
        self.state = state
        self.attempt = attempt
        self.runState = runState
        self.isShort = isShort
        self.isJobWaiting = isJobWaiting
        self.jobTries = jobTries
        self.failures = failures
        self.losses = losses
        self.waitingLosses = waitingLosses
        self.isWaitingInLine = isWaitingInLine
        self.submission = submission
        self.rival = rival
        self.hasFallback = hasFallback
    }
}

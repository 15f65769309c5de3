/// What is known of a job when a signal about it comes.
package struct JobFacts: Sendable, Hashable {
    package var state: JobState
    package var attempt: Int
    /// Attempts since the job was made or reset.
    package var tries: Int
    package var runState: RunState
    /// How many of its needs are not met.
    package var waitsFor: Int
    /// Whether somebody holds a lease on it that has not run out.
    package var isLeased: Bool
    /// Whether it waits on a task instead of a process.
    package var isDelegated: Bool

    package init(
        state: JobState,
        attempt: Int,
        tries: Int,
        runState: RunState,
        waitsFor: Int = 0,
        isLeased: Bool = false,
        isDelegated: Bool = false
    ) {
        self.state = state
        self.attempt = attempt
        self.tries = tries
        self.runState = runState
        self.waitsFor = waitsFor
        self.isLeased = isLeased
        self.isDelegated = isDelegated
    }
}

/// What somebody says of a job.
///
/// All but `claimed` and `reset` come from who holds it: its lease, or its task.
package enum JobSignal: Sendable, Hashable {
    /// Somebody wants to work on it.
    case claimed
    case completed
    case failed(Failure)
    /// Given back untouched.
    case released
    /// Somebody asks for it to be done again.
    case reset
}

/// What a signal about a job changes.
package enum JobDecision: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        /// It has ended, or its run has.
        case ended
        /// Its needs are not met, or somebody else works on it.
        case notFree = "not_free"
        /// Nobody works on it.
        case notHeld = "not_held"
    }

    case ignore(Reason)
    /// A new attempt.
    case start
    case complete
    case retry(afterMs: Int)
    /// It fails for good, and with it the run.
    case failRun
    /// Back in line; the attempt has not counted.
    case release
    /// Back to the beginning, under a higher attempt when it ever had one.
    case reset
}

extension JobFacts {
    /// Decides what `signal` changes; `jitter` is a number from 0 to 1.
    package func decide(_ signal: JobSignal, jitter: Double) -> JobDecision {
        if case .reset = signal { return runState == .cancelled ? .ignore(.ended) : .reset }
        guard !state.isTerminal, !runState.isTerminal else { return .ignore(.ended) }
        if case .claimed = signal {
            let isFree = state == .pending ? waitsFor == 0 : !isLeased && !isDelegated
            return isFree ? .start : .ignore(.notFree)
        }
        guard state == .inProgress else { return .ignore(.notHeld) }
        switch signal {
        case .completed: return .complete
        case .failed(let failure):
            return failure.delayMs(after: tries, jitter: jitter).map { .retry(afterMs: $0) } ?? .failRun
        case .released: return .release
        case .claimed, .reset: return .ignore(.notHeld)
        }
    }

    /// The job in the state that `decision` brings.
    package func after(_ decision: JobDecision) -> JobFacts {
        var next = self
        switch decision {
        case .ignore: return self
        case .start:
            next.state = .inProgress
            next.attempt += 1
            // Taken over from a process that died: the attempt that was cut off was not the work's fault.
            next.tries += state == .pending ? 1 : 0
            next.isLeased = true
            next.isDelegated = false
            return next
        case .complete: next.state = .completed
        case .retry: next.state = .pending
        case .failRun: next.state = .failed
        case .release:
            next.state = .pending
            next.tries = max(tries - 1, 0)
        case .reset:
            next.state = .pending
            next.attempt = attempt > 0 ? attempt + 1 : 0
            next.tries = 0
        }
        next.isLeased = false
        next.isDelegated = false
        return next
    }
}

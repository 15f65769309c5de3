/// What a signal about a task changes.
package enum TaskDecision: Sendable, Hashable {
    /// Why a signal changes nothing.
    package enum Reason: String, Sendable, Hashable {
        /// It is about an attempt that was replaced.
        case staleAttempt = "stale_attempt"
        /// It is about an attempt that was not made.
        case unknownAttempt = "unknown_attempt"
        /// The task, or its whole run, has ended.
        case alreadySettled = "already_settled"
        /// It tells what is known.
        case noNews = "no_news"
    }

    /// Why a new attempt of a task is made.
    package enum Cause: String, Sendable, Hashable {
        case failure
        case loss
        /// A loss that cannot be the task's doing.
        case waitingLoss = "waiting_loss"
    }

    /// What follows when a task has failed for good.
    package enum Consequence: Sendable, Hashable {
        /// Its job is tried again.
        case retryJob(afterMs: Int)
        /// Its job fails, and with it the run.
        case failRun
        /// Its short fails, the others go on.
        case failShort
        /// Its job goes on with the next provider.
        case failOver
        /// Its job waits for the other task.
        case leaveToRival
        /// Its job takes what the other task held.
        case pick
        /// Its job has moved on without it.
        case nothing
    }

    case ignore(Reason)
    case noteDispatched
    case noteSubmitUnknown
    case noteProgress
    /// It ends well; what it gave counts when its job still waits for it.
    case complete(isWanted: Bool)
    /// It ends well, and its result is held beside the other task's; `isLast` when that has ended too.
    case hold(isLast: Bool)
    /// A new attempt of the same task; whatever comes of the old one is stale.
    case remint(afterMs: Int, cause: Cause)
    case fail(Consequence)

    /// Whether the task has ended by it.
    package var endsTask: Bool {
        switch self {
        case .complete, .hold, .fail: true
        case .ignore, .noteDispatched, .noteSubmitUnknown, .noteProgress, .remint: false
        }
    }
}

extension TaskFacts {
    /// Decides what `signal` changes; `jitter` is a number from 0 to 1.
    package func decide(_ signal: TaskSignal, jitter: Double) -> TaskDecision {
        if signal.attempt < attempt { return .ignore(.staleAttempt) }
        if signal.attempt > attempt { return .ignore(.unknownAttempt) }
        guard !state.isTerminal, !runState.isTerminal else { return .ignore(.alreadySettled) }
        switch signal.event {
        case .dispatched: return state == .dispatched ? .ignore(.noNews) : .noteDispatched
        case .submitUnknown: return state == .minted ? .noteSubmitUnknown : .ignore(.noNews)
        case .progress: return .noteProgress
        case .completed: return afterSuccess()
        case .completedInPart(let failure): return afterPart(failure, jitter: jitter)
        case .failed(let failure): return afterFailure(failure, jitter: jitter)
        case .cancelled:
            return afterFailure(Failure(.refused, isRetryable: true), jitter: jitter)
        case .forgotten: return afterLoss(jitter: jitter)
        }
    }

    /// The task in the state that `decision` brings.
    package func after(_ decision: TaskDecision) -> TaskFacts {
        var next = self
        switch decision {
        case .ignore, .noteProgress: break
        case .noteDispatched: next.state = .dispatched
        case .noteSubmitUnknown: next.state = .submitUnknown
        case .complete, .hold: next.state = .completed
        case .fail: next.state = .failed
        case .remint(_, let cause):
            next.state = .minted
            next.attempt += 1
            next.isWaitingInLine = false
            switch cause {
            case .failure: next.failures += 1
            case .loss: next.losses += 1
            case .waitingLoss: next.waitingLosses += 1
            }
        }
        return next
    }

    private func afterSuccess() -> TaskDecision {
        guard isJobWaiting, rival == .live || rival == .held else {
            return .complete(isWanted: isJobWaiting)
        }
        return .hold(isLast: rival == .held)
    }

    /// A part counts as a failure as long as another attempt may bring the whole, and is taken after that; only a short
    /// is worth something in part.
    private func afterPart(_ failure: Failure, jitter: Double) -> TaskDecision {
        let decision = afterFailure(failure, jitter: jitter)
        return decision == .fail(.failShort) ? afterSuccess() : decision
    }

    /// A short is tried again under its own task, and so is one of two tasks that do the same; a stage by a new attempt
    /// of its job, which mints a new task.
    private func afterFailure(_ failure: Failure, jitter: Double) -> TaskDecision {
        guard isJobWaiting else { return .fail(.nothing) }
        if isShort {
            return failure.delayMs(after: failures + 1, jitter: jitter).map {
                .remint(afterMs: $0, cause: .failure)
            }
                ?? .fail(.failShort)
        }
        if rival != .none, let delayMs = failure.delayMs(after: failures + 1, jitter: jitter) {
            return .remint(afterMs: delayMs, cause: .failure)
        }
        if rival == .none, let delayMs = failure.delayMs(after: jobTries, jitter: jitter) {
            return .fail(.retryJob(afterMs: delayMs))
        }
        // No other provider hears speech where there is none.
        return .fail(afterGivingUp(isHopeless: failure.kind == .badInput))
    }

    /// What becomes of the job of a stage whose provider has given up for good.
    private func afterGivingUp(isHopeless: Bool) -> TaskDecision.Consequence {
        switch rival {
        case .live: .leaveToRival
        case .held: .pick
        case .none, .failed: hasFallback && !isHopeless ? .failOver : .failRun
        }
    }

    private func afterLoss(jitter: Double) -> TaskDecision {
        if isWaitingInLine, waitingLosses < submission.waitingLossesMax {
            return .remint(
                afterMs: Submission.lossDelayMs(after: waitingLosses, jitter: jitter),
                cause: .waitingLoss
            )
        }
        if losses < submission.lossesMax {
            return .remint(afterMs: Submission.lossDelayMs(after: losses, jitter: jitter), cause: .loss)
        }
        guard isJobWaiting else { return .fail(.nothing) }
        return .fail(isShort ? .failShort : afterGivingUp(isHopeless: false))
    }
}

import Threads

/// What a task and the thread that works for it agree on about cancellation.
final class QueryTicket: Sendable {
    private enum State {
        case waiting
        case running(StatementCanceller)
        case cancelled
        case finished
    }

    private let state = Locked<State>(.waiting)

    var isCancelled: Bool {
        state.withLock { state in
            if case .cancelled = state { true } else { false }
        }
    }

    /// The task is cancelled: returns what stops its statement when one runs.
    func cancel() -> StatementCanceller? {
        state.withLock { state in
            defer { if case .finished = state {} else { state = .cancelled } }
            if case .running(let canceller) = state { return canceller }
            return nil
        }
    }

    /// Work starts on a session; false when the task is cancelled already.
    func begin(_ canceller: StatementCanceller) -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(canceller)
            return true
        }
    }

    /// Work is over; true when a request to cancel it was made.
    func finish() -> Bool {
        state.withLock { state in
            if case .cancelled = state { return true }
            state = .finished
            return false
        }
    }
}

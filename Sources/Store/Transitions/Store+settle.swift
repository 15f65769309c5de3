package import Contracts
import Pipeline
import Postgres

/// The one transition by which a task ends, whether a callback or a poll tells of it.
extension Store {
    package func settleTask(
        taskId: String,
        attempt: Int,
        outcome: TaskOutcome,
        by way: SettledBy? = nil
    ) async throws -> Settled {
        try await pool.transaction { [links, jitter] transaction in
            try transaction.settle(
                taskId: taskId,
                attempt: attempt,
                outcome: outcome,
                by: way,
                links: links,
                jitter: jitter()
            )
        }
    }

    /// The provider does not know the task any more, or never said that it does: it is dispatched anew under a new
    /// attempt, or fails with `problem` when that happened too often; false when the lease is lost.
    package func taskLost(_ lease: TaskLease, problem: Problem) async throws -> Bool {
        try await pool.transaction { [links, jitter] transaction in
            guard let task = try transaction.lockTask(lease),
                let locked = try transaction.lockedTask(id: task.id)
            else { return false }
            let decision = locked.facts.decide(
                TaskSignal(.forgotten, attempt: lease.attempt),
                jitter: jitter()
            )
            try transaction.apply(
                decision,
                to: locked,
                outcome: .failed(problem, isRetryable: false),
                links: links
            )
            return true
        }
    }
}

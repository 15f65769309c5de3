import Pipeline
import Postgres

/// What a signal of a hosted provider leads to before its task is settled.
extension Store {
    /// Makes a task that its provider has due to be asked about now.
    static func asking(taskId: String) -> SQL {
        """
        UPDATE tasks
        SET next_action_at = now()
        WHERE id = \(taskId) AND state = 'dispatched' AND next_action_at > now()
        """
    }

    /// Has a task asked about now, unless its provider does not have it yet.
    package func askAbout(taskId: String) async throws {
        try await pool.execute(Self.asking(taskId: taskId))
    }

    /// Takes on the id that a callback names for a task whose reply to the dispatch is not known yet.
    ///
    /// False when the task has an id, has ended, or is at another attempt. The lease of who dispatches it stays good:
    /// the reply may still come, and counts for more.
    package func adoptExternalId(
        taskId: String,
        attempt: Int,
        externalId: String,
        nextPollMs: Int
    ) async throws -> Bool {
        try await pool.transaction { transaction in
            guard let (task, runState) = try transaction.lockTask(id: taskId), !runState.isTerminal,
                task.attempt == attempt, task.externalId == nil, !task.state.isTerminal
            else { return false }
            try transaction.execute(
                """
                UPDATE tasks
                SET state = 'dispatched', external_id = \(externalId), dispatched_at = now(), poll_failures = 0,
                    busy_since = NULL, in_line = false, next_action_at = now() + \(nextPollMs) * interval '1 millisecond'
                WHERE id = \(task.id)
                """
            )
            try transaction.startOutput(task)
            return true
        }
    }

    /// Leaves a callback in the inbox for another time; false when the lease is lost.
    package func deferCallback(_ callback: CallbackRecord, delayMs: Int) async throws -> Bool {
        try await leaseCallback(callback, untilMs: delayMs)
    }

    /// Keeps a callback that this process still works on; false when the lease is lost.
    package func renewCallback(_ callback: CallbackRecord, leaseSeconds: Int) async throws -> Bool {
        try await leaseCallback(callback, untilMs: leaseSeconds * 1_000)
    }

    /// Keeps a task that this process still looks at; false when the lease is lost.
    package func renewTask(_ lease: TaskLease, leaseSeconds: Int) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE tasks
            SET lease_until = now() + \(leaseSeconds) * interval '1 second'
            WHERE id = \(lease.taskId) AND lease_token = \(lease.token)
            """
        ) == 1
    }

    private func leaseCallback(_ callback: CallbackRecord, untilMs: Int) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE callbacks
            SET lease_until = now() + \(untilMs) * interval '1 millisecond'
            WHERE id = \(callback.id) AND received_at = \(callback.receivedAt)
                AND lease_token = \(callback.leaseToken) AND state = 'stored'
            """
        ) == 1
    }
}

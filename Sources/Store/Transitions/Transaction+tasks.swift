import Contracts
import Foundation
import Pipeline
import Postgres

/// Steps of a live task. Its run and its row are locked by their callers.
extension Transaction {
    func end(_ task: TaskRecord, state: TaskState, problem: Problem?) throws {
        try execute(
            """
            UPDATE tasks
            SET state = \(state), finished_at = now(), next_action_at = NULL, lease_token = NULL, lease_until = NULL,
                problem = \(try SQLJSON.optional(problem)),
                progress = CASE WHEN \(state) = 'completed' THEN 1 ELSE progress END
            WHERE id = \(task.id) AND attempt = \(task.attempt) AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
    }

    /// Writes down that a task is about to be handed over; false when the lease is lost.
    func noteSubmitting(_ lease: TaskLease, waitMs: Int, reason: Problem?) throws -> Bool {
        // Without a reason nothing is logged, so the run need not be locked: the row alone decides.
        let task = reason == nil ? nil : try lockTask(lease)
        let changed = try execute(
            """
            UPDATE tasks
            SET state = 'submit_unknown', dispatches = dispatches + 1,
                next_action_at = now() + \(waitMs) * interval '1 millisecond'
            WHERE id = \(lease.taskId) AND attempt = \(lease.attempt) AND lease_token = \(lease.token)
                AND state IN ('minted', 'submit_unknown')
            """
        )
        guard changed == 1 else { return false }
        if let task, let reason {
            try recordStep("task.redispatched", of: task, attempt: task.attempt, problem: reason)
        }
        return true
    }

    /// Starts a new attempt of a task; whatever still comes of the old one is stale.
    ///
    /// Its event is the reason why a provider is given the task again, and stands before that happens.
    func remint(
        _ task: TaskRecord,
        problem: Problem?,
        afterMs delayMs: Int,
        cause: TaskDecision.Cause
    ) throws {
        let changed = try execute(
            """
            UPDATE tasks
            SET state = 'minted', attempt = attempt + 1, external_id = NULL, dispatches = 0, polls = 0, progress = 0,
                failures = failures + \(cause == .failure ? 1 : 0), losses = losses + \(cause == .loss ? 1 : 0),
                waiting_losses = waiting_losses + \(cause == .waitingLoss ? 1 : 0), in_line = false,
                poll_failures = 0, problem = \(try SQLJSON.optional(problem)), dispatched_at = NULL,
                busy_since = NULL, lease_token = NULL, lease_until = NULL,
                next_action_at = now() + \(delayMs) * interval '1 millisecond',
                deadline_at = now() + (deadline_ms + \(delayMs)) * interval '1 millisecond'
            WHERE id = \(task.id) AND attempt = \(task.attempt) AND state IN ('minted', 'submit_unknown', 'dispatched')
            """
        )
        guard changed == 1 else { return }
        try execute("DELETE FROM uploads WHERE task_id = \(task.id)")
        try recordStep("task.redispatched", of: task, attempt: task.attempt + 1, problem: problem)
    }

    /// Notes a step of a task in the log of its run.
    func recordStep(_ type: String, of task: TaskRecord, attempt: Int, problem: Problem?) throws {
        let stage = try job(id: task.jobId)?.stage
        try record(
            NewEvent(type, stage: stage, outputId: task.outputId, attempt: attempt, problem: problem),
            runId: task.runId
        )
    }

    /// The short of a task is being rendered once the task has reached its provider.
    func startOutput(_ task: TaskRecord) throws {
        guard let outputId = task.outputId else { return }
        let changed = try execute(
            "UPDATE outputs SET state = 'rendering' WHERE id = \(outputId) AND state = 'pending'"
        )
        guard changed == 1 else { return }
        try record(
            NewEvent("output.rendering", stage: .render, outputId: outputId, attempt: task.attempt),
            runId: task.runId
        )
    }
}

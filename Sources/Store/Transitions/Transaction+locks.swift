import Pipeline
import Postgres

/// Locks on the row of a run, which every transition of its records takes first.
///
/// They are NO KEY UPDATE locks: foreign keys of rows that are inserted elsewhere need not wait for them.
extension Transaction {
    /// The state of the run, locked; nil when there is none.
    func lockRun(id: String) throws -> RunState? {
        try query("SELECT state FROM runs WHERE id = \(id) FOR NO KEY UPDATE").first?.get("state")
    }

    /// Locks the run of a job and returns the job when `lease` still holds it and its run still works on it.
    func lockJob(_ lease: JobLease) throws -> JobRecord? {
        guard
            let runId: String = try query("SELECT run_id FROM jobs WHERE id = \(lease.jobId)").first?.get(
                "run_id"
            ),
            try lockRun(id: runId) == .started
        else { return nil }
        return try query(
            """
            SELECT \(unescaped: JobRecord.columns)
            FROM jobs j
            WHERE j.id = \(lease.jobId) AND j.state = 'in_progress' AND j.lease_token = \(lease.token)
            FOR UPDATE
            """
        ).first.map { try JobRecord($0) }
    }

    /// Locks the run of a task, then the task; nil when there is none.
    func lockTask(id: String) throws -> (task: TaskRecord, runState: RunState)? {
        guard let runId: String = try query("SELECT run_id FROM tasks WHERE id = \(id)").first?.get("run_id"),
            let runState = try lockRun(id: runId),
            let row = try query(
                "SELECT \(unescaped: TaskRecord.columns) FROM tasks t WHERE t.id = \(id) FOR UPDATE"
            ).first
        else { return nil }
        return (try TaskRecord(row), runState)
    }

    /// Locks the run of a task, then the task, when `lease` still holds its current attempt and it is live.
    func lockTask(_ lease: TaskLease) throws -> TaskRecord? {
        guard let (task, runState) = try lockTask(id: lease.taskId), !runState.isTerminal,
            task.attempt == lease.attempt, !task.state.isTerminal,
            try !query("SELECT 1 AS one FROM tasks WHERE id = \(task.id) AND lease_token = \(lease.token)")
                .isEmpty
        else { return nil }
        return task
    }
}

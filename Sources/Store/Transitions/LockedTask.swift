import Pipeline
import Postgres

/// A task under the lock of its run, with what decides over it.
struct LockedTask: Sendable {
    let task: TaskRecord
    let job: JobRecord?
    let runState: RunState
    let rival: TaskFacts.Rival

    var facts: TaskFacts { task.facts(job: job, runState: runState, rival: rival) }
}

extension Transaction {
    /// Locks the run of a task, then the task; nil when there is none.
    func lockedTask(id: String) throws -> LockedTask? {
        guard let (task, runState) = try lockTask(id: id) else { return nil }
        return LockedTask(
            task: task,
            job: try job(id: task.jobId),
            runState: runState,
            rival: try rival(of: task)
        )
    }

    /// How the other task is of a stage that two providers do at once; it cannot move, since the run is locked.
    private func rival(of task: TaskRecord) throws -> TaskFacts.Rival {
        guard task.isRacing else { return .none }
        let rows = try query(
            """
            SELECT state
            FROM tasks
            WHERE job_id = \(task.jobId) AND job_attempt = \(task.jobAttempt) AND is_racing AND id <> \(task.id)
            """
        )
        guard let state: TaskState = try rows.first?.get("state") else { return .none }
        return switch state {
        case .minted, .submitUnknown, .dispatched: .live
        case .completed: .held
        case .failed, .abandoned: .failed
        }
    }
}

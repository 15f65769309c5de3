import Pipeline
import Postgres

/// A task under the lock of its run, with what decides over it.
struct LockedTask: Sendable {
    let task: TaskRecord
    let job: JobRecord?
    let runState: RunState

    var facts: TaskFacts { task.facts(job: job, runState: runState) }
}

extension Transaction {
    /// Locks the run of a task, then the task; nil when there is none.
    func lockedTask(id: String) throws -> LockedTask? {
        guard let (task, runState) = try lockTask(id: id) else { return nil }
        return LockedTask(task: task, job: try job(id: task.jobId), runState: runState)
    }
}

import Contracts

extension TaskReport {
    /// The report of a task that ended because somebody asked for it.
    static func cancelled(_ entry: TaskEntry, usage: Usage? = nil) -> TaskReport {
        TaskReport(
            taskId: entry.task.taskId,
            attempt: entry.task.attempt,
            state: .cancelled,
            progress: entry.report.progress,
            usage: usage
        )
    }

    /// The report of a task that could not do its work.
    static func failed(
        _ entry: TaskEntry,
        _ problem: Problem,
        artifacts: [Artifact] = [],
        warnings: [Warning] = [],
        usage: Usage? = nil
    ) -> TaskReport {
        TaskReport(
            taskId: entry.task.taskId,
            attempt: entry.task.attempt,
            state: .failed,
            progress: entry.report.progress,
            artifacts: artifacts,
            warnings: warnings,
            error: problem,
            usage: usage
        )
    }
}

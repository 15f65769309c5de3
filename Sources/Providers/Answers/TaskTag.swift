/// How one attempt of a task is named where a provider keeps a note of ours with its job.
enum TaskTag {
    static func text(taskId: String, attempt: Int) -> String { "\(taskId).\(attempt)" }

    static func of(_ task: TaskReference) -> String { text(taskId: task.taskId, attempt: task.attempt) }
}

/// How one attempt of a task is named where a provider keeps a note of ours with its job.
enum TaskTag {
    /// What it is called in the query of a callback's address.
    static let name = "task"

    static func text(taskId: String, attempt: Int) -> String { "\(taskId).\(attempt)" }

    static func of(_ task: TaskReference) -> String { text(taskId: task.taskId, attempt: task.attempt) }

    /// The attempt that a tag names.
    static func attempt(in text: String) -> Int? { attempt(in: text, after: ".") }

    /// The attempt at the end of a name that is made up in another way.
    static func attempt(in text: String, after mark: Character) -> Int? {
        guard let place = text.lastIndex(of: mark), let attempt = Int(text[text.index(after: place)...]),
            attempt > 0
        else { return nil }
        return attempt
    }

    /// The address of a task's callbacks with the tag in it.
    static func added(_ tag: String, to url: String) -> String { "\(url)?\(name)=\(tag)" }
}

/// How a provider is told which of its tasks is meant.
package struct TaskReference: Sendable, Hashable {
    package let taskId: String
    package let attempt: Int
    /// The id that the provider gave it; our own as long as that is not known.
    package let externalId: String
    /// The short that a render task is for.
    package let outputId: String?

    package init(taskId: String, attempt: Int, externalId: String, outputId: String? = nil) {
        self.taskId = taskId
        self.attempt = attempt
        self.externalId = externalId
        self.outputId = outputId
    }
}

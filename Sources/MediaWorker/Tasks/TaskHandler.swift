/// Does the work of one kind of task.
package protocol TaskHandler: Sendable {
    /// Reads inputs, uploads results; throws a problem, or what `ProblemMapping` can make one of.
    func run(_ context: TaskContext) async throws
}

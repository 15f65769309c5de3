import Contracts
import Foundation
import MediaWorker

/// Does what a closure says.
struct ClosureHandler: TaskHandler {
    let body: @Sendable (TaskContext) async throws -> Void

    func run(_ context: TaskContext) async throws { try await body(context) }
}

/// A door that tests open.
struct Door: Sendable {
    private let stream: AsyncStream<Void>
    private let input: AsyncStream<Void>.Continuation

    init() { (stream, input) = AsyncStream.makeStream() }

    func open() { input.finish() }

    /// Waits until the door is open or the task is cancelled.
    func pass() async { for await _ in stream {} }
}

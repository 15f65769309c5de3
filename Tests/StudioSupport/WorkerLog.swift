package import Contracts
import Foundation
import Threads

/// What a stand-in worker was asked and what it did, in order; nothing is ever removed, whatever it forgets.
package final class WorkerLog: Sendable {
    package enum Fact: String, Sendable {
        /// Work was begun: what a real provider would charge for.
        case started
        /// The same task and attempt came again, and was answered by its report.
        case known
        /// A lower attempt than the one that is known came.
        case refused
        case polled
        /// A poll for a task that is not known (any more).
        case unknown
        case cancelled
        case completed
        case failed
        /// All tasks were forgotten, as when a worker dies.
        case forgot
        /// Something that the gateway must never send.
        case wrong
    }

    package struct Entry: Sendable {
        package let fact: Fact
        package let taskId: String
        package let attempt: Int
        package let kind: ProviderTask.Kind?
        /// The short that is rendered.
        package let clip: String?
        package let detail: String
    }

    private let lines = Locked<[Entry]>([])

    package init() {}

    package var entries: [Entry] { lines.withLock { $0 } }

    package func count(_ fact: Fact) -> Int { lines.withLock { lines in lines.count { $0.fact == fact } } }

    func add(_ fact: Fact, _ task: ProviderTask, detail: String = "") {
        append(
            Entry(
                fact: fact,
                taskId: task.taskId,
                attempt: task.attempt,
                kind: task.kind,
                clip: task.parameters.short?.clip,
                detail: detail
            )
        )
    }

    func add(_ fact: Fact, taskId: String = "", detail: String = "") {
        append(Entry(fact: fact, taskId: taskId, attempt: 0, kind: nil, clip: nil, detail: detail))
    }

    private func append(_ entry: Entry) { lines.withLock { $0.append(entry) } }
}

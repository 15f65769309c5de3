import Threads

/// Answers on their way out of a test client's closure.
final class Answers: Sendable {
    private let kept = Locked<[Answer]>([])

    func add(_ answer: Answer) { kept.withLock { $0.append(answer) } }

    var all: [Answer] { kept.withLock { $0 } }
}

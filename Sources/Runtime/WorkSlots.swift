import Threads

/// How much of one kind of work may still begin.
final class WorkSlots: Sendable {
    private let limit: Int
    private let taken = Locked(0)

    init(limit: Int) {
        self.limit = limit
    }

    var free: Int { limit - taken.withLock(\.self) }

    func take() {
        taken.withLock { $0 += 1 }
    }

    func giveBack() {
        taken.withLock { $0 -= 1 }
    }
}

import Store
import Threads

/// What became of the callbacks since the start, for the metrics.
final class CallbackCounters: Sendable {
    struct Key: Hashable, Sendable {
        let provider: String
        let outcome: String
    }

    private let counts = Locked<[Key: Int]>([:])

    func count(provider: String, outcome: String) {
        counts.withLock { $0[Key(provider: provider, outcome: outcome), default: 0] += 1 }
    }

    var snapshot: [Key: Int] { counts.withLock(\.self) }
}

extension CallbackReceipt {
    /// One word for the metrics.
    var outcome: String {
        switch self {
        case .stored: "stored"
        case .applied(let result, _): result.rawValue
        case .duplicate: "duplicate"
        case .conflict: "conflict"
        case .unreadable: "unreadable"
        case .unknownTask: "unknown_task"
        case .unmatched: "unmatched"
        }
    }
}

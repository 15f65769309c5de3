package import Contracts
import Threads

/// What the ends of shorts that this process committed came to, since its start.
package final class ShortCounters: Sendable {
    /// How good a short is that has ended.
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Ready to post: every check passed.
        case ready
        case notReady = "not_ready"
        /// It is rendered, and its provider kept the files.
        case unmeasured
        case failed

        /// Of a rendered short by its report.
        package init(of quality: QualityReport?) {
            self = quality.map { $0.ready ? .ready : .notReady } ?? .unmeasured
        }
    }

    private let counts = Locked<[Verdict: Int]>([:])

    package init() {}

    package func count(_ verdict: Verdict, times: Int = 1) {
        counts.withLock { $0[verdict, default: 0] += times }
    }

    /// Every verdict, those that did not occur too.
    package var snapshot: [(verdict: Verdict, count: Int)] {
        let counts = counts.withLock(\.self)
        return Verdict.allCases.map { ($0, counts[$0] ?? 0) }
    }
}

import Threads

/// Counts what libav gets done in this process, so that a watch can tell work from a hang.
///
/// Looking for what a file is does not count: it ends soon, or never.
package enum WorkCounter {
    private static let steps = Locked(0)

    /// Packets read, frames filtered and blocks written since the process began.
    package static var count: Int { steps.withLock { $0 } }

    static func step() { steps.withLock { $0 += 1 } }
}

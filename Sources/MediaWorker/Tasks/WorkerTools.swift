import Logging
import Threads

/// What all tasks of a worker share.
struct WorkerTools: Sendable {
    let cache: InputCache
    let transfers: Transfers
    /// For calls that block: decoding, encoding, hashing.
    let pool: ThreadPool
    let meter: UsageMeter
    /// Folder in which each task has one of its own.
    let tasksPath: String
    let logger: Logger
}

import Foundation
import Glibc

/// The worker's folder, held by a lock so that no second worker writes into it.
final class ScratchFolder: Sendable {
    private static let lockTriesMax = 100
    private static let lockPauseMicroseconds: UInt32 = 100_000

    let cachePath: String
    let tasksPath: String
    private let lock: Int32

    /// Waits up to ten seconds for a worker that is just ending, then clears what its tasks left.
    init(path: String) throws {
        cachePath = "\(path)/cache"
        tasksPath = "\(path)/tasks"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        lock = open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw WorkerError("the scratch folder cannot be written") }
        var tries = 0
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard tries < Self.lockTriesMax else {
                throw WorkerError("another worker holds the scratch folder")
            }
            usleep(Self.lockPauseMicroseconds)
        }
        if FileManager.default.fileExists(atPath: tasksPath) {
            try FileManager.default.removeItem(atPath: tasksPath)
        }
        try FileManager.default.createDirectory(atPath: tasksPath, withIntermediateDirectories: true)
    }

    deinit { close(lock) }
}

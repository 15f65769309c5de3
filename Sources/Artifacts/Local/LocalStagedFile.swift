import Foundation
import Glibc
import Threads

/// An unfinished file in a local store's `.incoming` folder.
///
/// It holds an advisory lock on the file, so that the sweep of another process can tell it from a leftover.
final class LocalStagedFile: StagedFile {
    let path: String
    let descriptor: Int32
    private let isPublished = Locked(false)

    init(path: String) throws(ArtifactError) {
        self.path = path
        descriptor = try FileOperations.open(path, flags: O_RDWR | O_CREAT | O_EXCL)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw FileOperations.failure("locking a file")
        }
    }

    deinit {
        if !isPublished.withLock(\.self) { unlink(path) }
        close(descriptor)
    }

    /// Gives the file its final name.
    func rename(to target: String) throws(ArtifactError) {
        guard Glibc.rename(path, target) == 0 else { throw FileOperations.failure("renaming a file") }
        isPublished.withLock { $0 = true }
    }

    /// Removes the file before its last reference goes.
    func remove() {
        isPublished.withLock { isPublished in
            if !isPublished { unlink(path) }
            isPublished = true
        }
    }

    /// Removes the files of processes that are gone; returns how many.
    static func sweep(folder: String, olderThanSeconds age: Int) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.count { name in
            let path = "\(folder)/\(name)"
            guard let descriptor = try? FileOperations.open(path, flags: O_RDWR | O_NOFOLLOW) else {
                return false
            }
            defer { close(descriptor) }
            var facts = stat()
            // A file that was made this moment may not be locked yet.
            guard fstat(descriptor, &facts) == 0, time(nil) - facts.st_mtim.tv_sec >= age,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { return false }
            return unlink(path) == 0
        }
    }
}

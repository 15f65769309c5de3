import Glibc
import Threads

/// The claim of one process on a private cluster, which ends with the process.
final class ClusterLock: Sendable {
    private let descriptor: Locked<Int32>

    private init(_ descriptor: Int32) {
        self.descriptor = Locked(descriptor)
    }

    deinit { release() }

    /// Nil when another process holds the lock.
    static func acquire(_ path: String) throws(PostgresError) -> ClusterLock? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .cluster("cannot open '\(path)': \(unsafe String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return ClusterLock(descriptor)
    }

    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}

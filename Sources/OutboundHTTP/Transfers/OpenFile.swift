import Glibc

/// An open file that is closed with its owner.
final class OpenFile {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func reading(_ path: String) -> OpenFile? {
        open(path, O_RDONLY | O_CLOEXEC, mode: 0)
    }

    /// Opens or creates a file that only its owner may read.
    ///
    /// A link in its place is not followed.
    static func writing(_ path: String) -> OpenFile? {
        open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
    }

    private static func open(_ path: String, _ flags: Int32, mode: mode_t) -> OpenFile? {
        let descriptor = unsafe Glibc.open(path, flags, mode)
        return descriptor < 0 ? nil : OpenFile(descriptor: descriptor)
    }

    /// The size in bytes, or nil for what is not a regular file.
    var sizeBytes: Int64? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    func truncate() -> Bool { ftruncate(descriptor, 0) == 0 }

    func seek(to offset: Int64) -> Bool { lseek(descriptor, Int(offset), SEEK_SET) == Int(offset) }

    /// Reads into `buffer`; 0 at the end, negative on failure.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    }

    /// Writes all of `buffer`, or returns false.
    func write(_ buffer: UnsafeRawBufferPointer) -> Bool {
        var written = 0
        while written < buffer.count {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
            let count = unsafe Glibc.write(descriptor, piece.baseAddress, piece.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}

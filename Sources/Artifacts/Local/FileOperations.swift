import Foundation
import Glibc

/// Blocking file calls; run them on a thread pool.
enum FileOperations {
    static let folderMode: mode_t = 0o750
    static let fileMode: mode_t = 0o640

    static func failure(_ operation: String, _ code: Int32 = errno) -> ArtifactError {
        let kind: ArtifactError.Code = code == ENOENT ? .notFound : .ioFailed
        return ArtifactError(kind, "\(operation) failed: \(String(cString: strerror(code)))")
    }

    static func open(_ path: String, flags: Int32) throws(ArtifactError) -> Int32 {
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else { throw failure("opening a file") }
        return descriptor
    }

    static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(ArtifactError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw failure("writing a file")
            }
            written += count
        }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
    static func read(_ descriptor: Int32, offset: Int64, count: Int) throws(ArtifactError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor,
                    buffer.baseAddress?.advanced(by: filled),
                    count - filled,
                    Int(offset) + filled
                )
            }
            guard got >= 0 else {
                if errno == EINTR { continue }
                throw failure("reading a file")
            }
            if got == 0 { break }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    static func size(_ descriptor: Int32) throws(ArtifactError) -> Int64 {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure("examining a file") }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw ArtifactError(.notFound, "not a plain file") }
        return Int64(facts.st_size)
    }

    static func sync(_ descriptor: Int32) throws(ArtifactError) {
        guard fsync(descriptor) == 0 else { throw failure("making a file durable") }
    }

    /// Makes the names in a folder durable.
    static func syncFolder(_ path: String) throws(ArtifactError) {
        let descriptor = try open(path, flags: O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try sync(descriptor)
    }

    /// Makes `path` and what is missing above it, down from `root`, each durable in its parent.
    static func makeFolders(_ path: String, below root: String) throws(ArtifactError) {
        var folder = root
        for part in path.split(separator: "/") {
            let parent = folder
            folder += "/\(part)"
            if mkdir(folder, folderMode) == 0 {
                try syncFolder(parent)
            } else if errno != EEXIST {
                throw failure("making a folder")
            }
        }
    }
}

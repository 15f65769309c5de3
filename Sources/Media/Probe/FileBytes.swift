import Glibc

/// Small files read and written whole.
enum FileBytes {
    /// Up to `maxBytes` from the start of a file.
    static func read(_ path: String, maxBytes: Int) throws(MediaError) -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else { throw failure("read") }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, maxBytes, file) }
        if count == 0, unsafe ferror(file) != 0 { throw failure("read") }
        return [UInt8](bytes[..<count])
    }

    /// Replaces a file by `bytes`.
    static func write(_ bytes: [UInt8], to path: String) throws(MediaError) {
        guard let file = unsafe fopen(path, "wb") else { throw failure("written") }
        let count = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, bytes.count, file) }
        let closed = unsafe fclose(file)
        guard count == bytes.count, closed == 0 else {
            remove(path)
            throw failure("written")
        }
    }

    static func remove(_ path: String) {
        unsafe unlink(path)
    }

    private static func failure(_ verb: String) -> MediaError {
        MediaError(.io, "a file cannot be \(verb): \(LibavCall.text(of: -errno))")
    }
}

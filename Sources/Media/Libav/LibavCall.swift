import CLibav

/// Checks of libav return codes.
enum LibavCall {
    /// Throws `code` with what libav says unless `result` is zero or more.
    @discardableResult
    static func check(
        _ result: Int32,
        _ code: MediaError.Code,
        _ what: @autoclosure () -> String
    ) throws(MediaError) -> Int32 {
        if result >= 0 { return result }
        throw failure(result, code, what())
    }

    /// The error for a negative libav result.
    ///
    /// A full disk, missing memory and a cancel keep their own codes.
    static func failure(_ result: Int32, _ code: MediaError.Code, _ what: String) -> MediaError {
        if result == clibav_exit {
            return MediaError(.cancelled, "cancelled while media was read or written")
        }
        if result == clibav_no_memory { return MediaError(.outOfMemory, "\(what): out of memory") }
        if result == clibav_no_space { return MediaError(.io, "\(what): no space left on the disk") }
        return MediaError(code, "\(what): \(text(of: result))")
    }

    /// What libav calls this result.
    static func text(of result: Int32) -> String {
        var bytes = [CChar](repeating: 0, count: 128)
        let known = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe av_strerror(result, $0.baseAddress, $0.count)
        }
        guard known == 0 else { return "error \(result)" }
        let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
        return String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Throws `cancelled` when `cancel` says so.
    static func checkCancelled(_ cancel: () -> Bool) throws(MediaError) {
        if cancel() { throw MediaError(.cancelled, "cancelled") }
    }

    static func outOfMemory() -> MediaError { MediaError(.outOfMemory, "out of memory") }
}

import CLibav
import Glibc

/// What can be said about a file without opening it as media.
enum FileSniff {
    private static let headBytesMax = 1 << 20

    /// The size of `path`, which must be a regular local file named by its absolute path.
    static func regularFileBytes(_ path: String) throws(MediaError) -> Int {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw MediaError(.invalidRequest, "a media file is named by its absolute path")
        }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw MediaError(.io, "the file cannot be opened: \(LibavCall.text(of: -errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw MediaError(.notMedia, "not a regular file")
        }
        return Int(status.st_size)
    }

    /// Turns a failed open into the cause a person can act on.
    static func explain(path: String, openResult: Int32) -> MediaError {
        guard let format = formatName(of: path) else {
            return MediaError(.notMedia, "the bytes are not those of any known media container")
        }
        guard AcceptedFormats.isAccepted(container: format) else {
            return MediaError(
                .notMedia,
                "a file of kind '\(MediaProbe.containerName(format))' is not accepted as a video source"
            )
        }
        let reason = LibavCall.text(of: openResult)
        return MediaError(
            .truncated,
            "the file looks like '\(MediaProbe.containerName(format))' but its index cannot be read (\(reason)): it is cut short or damaged"
        )
    }

    /// The container that the first bytes suggest.
    private static func formatName(of path: String) -> String? {
        guard let head = try? FileBytes.read(path, maxBytes: headBytesMax), !head.isEmpty else { return nil }
        var padded = head + [UInt8](repeating: 0, count: Int(clibav_probe_padding))
        return unsafe padded.withUnsafeMutableBufferPointer { bytes -> String? in
            var data = unsafe AVProbeData()
            unsafe data.buf = bytes.baseAddress
            unsafe data.buf_size = Int32(head.count)
            var score: Int32 = 0
            guard let format = unsafe av_probe_input_format3(&data, 1, &score) else { return nil }
            guard score > AVPROBE_SCORE_EXTENSION / 2 else { return nil }
            return unsafe String(cString: format.pointee.name)
        }
    }
}

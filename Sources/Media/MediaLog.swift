import CLibav
import Glibc
import Threads

/// The last lines that libav wrote, kept for diagnosis and never printed.
package enum MediaLog {
    private static let linesMax = 64
    private static let lineBytesMax = 400
    private static let lines = Locked<[String]>([])

    /// The newest warnings and errors of all libav work in this process, oldest first.
    package static func recentLines() -> [String] { lines.withLock { $0 } }

    /// Routes libav's log here; the first use does it for the process.
    static func install() { _ = installed }

    private static let installed: Bool = {
        unsafe av_log_set_callback { source, level, format, arguments in
            guard level <= AV_LOG_WARNING, let format = unsafe format else { return }
            guard let arguments = unsafe arguments else { return }
            var bytes = [CChar](repeating: 0, count: MediaLog.lineBytesMax)
            var prefix: Int32 = 1
            let count = Int32(bytes.count)
            _ = unsafe bytes.withUnsafeMutableBufferPointer {
                unsafe av_log_format_line2(source, level, format, arguments, $0.baseAddress, count, &prefix)
            }
            let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
            let text = String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            MediaLog.keep(text)
        }
        return true
    }()

    private static func keep(_ text: String) {
        let line = text.last == "\n" ? String(text.dropLast()) : text
        lines.withLock {
            if $0.count >= linesMax { $0.removeFirst() }
            $0.append(line)
        }
    }
}

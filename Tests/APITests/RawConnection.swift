import Foundation
import Glibc
import Threads

/// A TCP connection that sends exactly what a test says, for requests that no client library would make.
enum RawConnection {
    private static let pool = ThreadPool(name: "raw-connections", threadCount: 2)
    private static let timeoutSeconds = 20

    struct Failure: Error {
        let call: String
        let code: Int32
    }

    /// Sends `text`, says that no more will come, and reads until the server closes.
    static func exchange(port: Int, text: String) async throws -> String {
        try await pool.run {
            let descriptor = try connect(port: port)
            defer { close(descriptor) }
            try send(text, to: descriptor)
            shutdown(descriptor, Int32(SHUT_WR))
            return try readToEnd(descriptor)
        }
    }

    private static func connect(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(call: "connect", code: code)
        }
        return descriptor
    }

    private static func send(_ text: String, to descriptor: Int32) throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            sent += count
        }
    }

    private static func readToEnd(_ descriptor: Int32) throws -> String {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { break }
            guard count > 0 else { throw Failure(call: "recv", code: errno) }
            received += chunk.prefix(count)
        }
        return String(decoding: received, as: UTF8.self)
    }
}

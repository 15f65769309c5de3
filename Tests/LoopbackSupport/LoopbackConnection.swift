import Glibc

/// One accepted connection, read and written by blocking calls on a thread of its own.
package final class LoopbackConnection {
    private let descriptor: Int32
    private let tls: LoopbackTLSStream?
    private let onRequest: (LoopbackRequest) -> Void
    private var unread: [UInt8] = []

    init(descriptor: Int32, tls: LoopbackTLSStream? = nil, onRequest: @escaping (LoopbackRequest) -> Void) {
        self.descriptor = descriptor
        self.tls = tls
        self.onRequest = onRequest
    }

    /// Reads a whole request, or returns nil when the client has gone.
    package func readRequest() -> LoopbackRequest? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = unread.firstRange(of: end)
        while headEnd == nil {
            guard readMore() else { return nil }
            headEnd = unread.firstRange(of: end)
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: unread[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        unread.removeSubrange(..<headEnd.upperBound)
        let fields = lines.first?.split(separator: " ") ?? []
        guard fields.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        var request = LoopbackRequest(
            method: String(fields[0]),
            target: String(fields[1]),
            headers: headers,
            body: []
        )
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        while unread.count < length {
            guard readMore() else { return nil }
        }
        request.body = Array(unread.prefix(length))
        unread.removeFirst(length)
        onRequest(request)
        return request
    }

    /// Writes an answer with its length.
    @discardableResult
    package func respond(_ answer: LoopbackAnswer) -> Bool {
        var head = "HTTP/1.1 \(answer.status) Status\r\n"
        for header in answer.headers { head += "\(header.name): \(header.value)\r\n" }
        head += "content-length: \(answer.body.count)\r\n\r\n"
        return write(Array(head.utf8) + answer.body)
    }

    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Writes all bytes; false when the client has gone.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
                return tls?.write(rest)
                    ?? send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Reads exactly so many bytes, or returns nil when the client has gone.
    package func read(_ count: Int) -> [UInt8]? {
        while unread.count < count {
            guard readMore() else { return nil }
        }
        defer { unread.removeFirst(count) }
        return Array(unread.prefix(count))
    }

    /// Asks for a new TLS handshake; false when the client does not take part.
    package func renegotiate() -> Bool { tls?.renegotiate() ?? false }

    /// Waits until the client closes its side.
    package func waitForClose() {
        while readMore() { unread.removeAll() }
    }

    /// Makes the close that follows a reset instead of an orderly end.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func readMore() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = buffer.withUnsafeMutableBytes { buffer in
            tls?.read(buffer) ?? recv(descriptor, buffer.baseAddress, buffer.count, 0)
        }
        guard count > 0 else { return false }
        unread.append(contentsOf: buffer.prefix(count))
        return true
    }
}

import Foundation
import Glibc
import Threads

/// Stands between a client and a test's Postgres, and does to their connections what networks do.
package final class PostgresProxy: Sendable {
    package enum Behaviour: Sendable {
        case forwarding
        /// Takes connections and bytes and passes nothing on, as when the other end has vanished.
        case frozen
        /// Cuts every connection and refuses new ones, as when the server is down.
        case down
        /// Cuts a connection when its server sends a tag, such as `COMMIT\0`, and keeps the tag to itself.
        case cutting(tag: String)
    }

    private struct State {
        var behaviour = Behaviour.forwarding
        var isClosed = false
        var connections = 0
        var cuts = 0
    }

    private enum Target: Sendable {
        case unix(String)
        case tcp(port: UInt16)
    }

    private let state = Locked(State())
    private let listener: Int32
    private let port: UInt16
    private let target: Target
    private let original: String

    private static let lookMilliseconds: Int32 = 5

    /// `connectionString` is one of a `TestDatabase`.
    package init(_ connectionString: String) throws {
        original = connectionString
        target = try Self.target(of: connectionString)
        (listener, port) = try Self.listen()
        let thread = Thread { self.accept() }
        thread.start()
    }

    /// Closes what it holds; it can do nothing afterwards.
    package func close() { state.withLock { $0.isClosed = true } }

    /// The database by way of the proxy.
    package var connectionString: String {
        if var url = URLComponents(string: original), url.scheme?.hasPrefix("postgres") == true {
            url.host = "127.0.0.1"
            url.port = Int(port)
            url.queryItems = [URLQueryItem(name: "sslmode", value: "disable")]
            return url.string ?? original
        }
        return "\(original) host=127.0.0.1 port=\(port) sslmode=disable gssencmode=disable"
    }

    package func behave(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// How many connections there have been.
    package var connections: Int { state.withLock(\.connections) }

    /// How many have been cut at their tag.
    package var cuts: Int { state.withLock(\.cuts) }

    private static func target(of connectionString: String) throws -> Target {
        if let url = URLComponents(string: connectionString), url.scheme?.hasPrefix("postgres") == true {
            return .tcp(port: UInt16(url.port ?? 5_432))
        }
        guard let host = connectionString.firstMatch(of: /host='([^']+)' port=([0-9]+)/) else {
            throw TestDatabaseError.malformedURL
        }
        return .unix("\(host.1)/.s.PGSQL.\(host.2)")
    }

    private static func listen() throws -> (Int32, UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && Glibc.listen(socket, 64) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        guard isListening else { throw TestDatabaseError.noProxy }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func accept() {
        defer { Glibc.close(listener) }
        while let behaviour = current() {
            guard Self.isReadable(listener) else { continue }
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { continue }
            state.withLock { $0.connections += 1 }
            if case .down = behaviour {
                Glibc.close(client)
                continue
            }
            let thread = Thread { self.serve(client) }
            thread.start()
        }
    }

    /// Nil when the proxy is closed.
    private func current() -> Behaviour? { state.withLock { $0.isClosed ? nil : $0.behaviour } }

    private func serve(_ client: Int32) {
        let server = connect()
        defer { for descriptor in [client, server] where descriptor >= 0 { Glibc.close(descriptor) } }
        var recent: [UInt8] = []
        while server >= 0, let behaviour = current() {
            switch behaviour {
            case .down: return
            case .frozen: usleep(UInt32(Self.lookMilliseconds) * 1_000)
            case .forwarding, .cutting:
                if Self.isReadable(client) {
                    // It may have been frozen while it waited for these bytes: then they go nowhere.
                    if case .frozen = current() { continue }
                    guard let bytes = Self.read(client), Self.write(bytes, to: server) else { return }
                }
                while Self.isReadable(server, withinMs: 0) {
                    guard let bytes = Self.read(server) else { return }
                    if case .cutting(let tag) = behaviour {
                        recent = recent.suffix(64) + bytes
                        if String(decoding: recent, as: UTF8.self).contains(tag) {
                            state.withLock { $0.cuts += 1 }
                            return
                        }
                    }
                    guard Self.write(bytes, to: client) else { return }
                }
            }
        }
    }

    private func connect() -> Int32 {
        switch target {
        case .tcp(let port):
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            return Self.connect(socket, Self.loopback(port: port))
        case .unix(let path):
            let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            return Self.connect(socket, address)
        }
    }

    private static func connect(_ socket: Int32, _ address: some Any) -> Int32 {
        let length = socklen_t(MemoryLayout.size(ofValue: address))
        let isConnected = withUnsafeBytes(of: address) { bytes in
            bytes.baseAddress.map {
                Glibc.connect(socket, $0.assumingMemoryBound(to: sockaddr.self), length) == 0
            }
        }
        if isConnected == true { return socket }
        Glibc.close(socket)
        return -1
    }

    private static func isReadable(_ descriptor: Int32, withinMs: Int32 = lookMilliseconds) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, withinMs) > 0
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

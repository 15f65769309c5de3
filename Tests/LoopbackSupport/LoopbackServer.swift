import Foundation
import Glibc
import Threads

/// A server on a free loopback port that speaks whatever its handler writes, well-formed or not.
package final class LoopbackServer: Sendable {
    private struct State {
        var connections: Set<Int32> = []
        var received: [LoopbackRequest] = []
        var connectionsAccepted = 0
        var isOpen = true
    }

    package let port: Int

    /// Each request, once it has been read whole.
    package let requests: AsyncStream<LoopbackRequest>
    private let continuation: AsyncStream<LoopbackRequest>.Continuation
    private let listener: Int32
    private let tls: LoopbackTLS?
    private let handle: @Sendable (LoopbackConnection) -> Void
    private let state = Locked(State())

    package var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)" }

    /// The requests read so far.
    package var received: [LoopbackRequest] { state.withLock { $0.received } }

    package var connectionsAccepted: Int { state.withLock { $0.connectionsAccepted } }

    /// Listens on 127.0.0.`host`: at once, or when it is told to where it begins as `isDown`.
    ///
    /// `handle` runs on a thread per connection, which closes when it returns.
    package init(
        host: UInt8 = 1,
        port: Int = 0,
        isDown: Bool = false,
        tls: LoopbackTLS? = nil,
        _ handle: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws {
        let opened = try Self.open(host: host, port: port)
        listener = opened.descriptor
        self.tls = tls
        self.port = opened.port
        (requests, continuation) = AsyncStream.makeStream()
        self.handle = handle
        if !isDown { listen() }
    }

    /// Takes connections from now on, where it began as down: until then its port refuses them.
    package func listen() {
        Glibc.listen(listener, 128)
        let thread = Thread { [self] in acceptAll(handle) }
        thread.name = "loopback"
        thread.start()
    }

    /// A server that answers each request of each connection in the usual way.
    package static func answering(
        tls: LoopbackTLS? = nil,
        _ answer: @escaping @Sendable (LoopbackRequest) -> LoopbackAnswer
    ) throws -> LoopbackServer {
        try LoopbackServer(tls: tls) { connection in
            while let request = connection.readRequest() {
                guard connection.respond(answer(request)) else { return }
            }
        }
    }

    /// Closes the port and all connections.
    package func stop() {
        state.withLock { state in
            guard state.isOpen else { return }
            state.isOpen = false
            shutdown(listener, Int32(SHUT_RDWR))
            for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        continuation.finish()
    }

    /// A port on which nobody listens, and which is told once.
    ///
    /// It lies below those that the system gives away by itself: such a one could be another server's a moment later.
    package static func closedPort() throws -> Int {
        for port in (10_000..<30_000).shuffled() where told.withLock({ $0.insert(port).inserted }) {
            guard let opened = try? open(port: port) else { continue }
            close(opened.descriptor)
            return opened.port
        }
        throw POSIXError(.EADDRNOTAVAIL)
    }

    private static let told = Locked<Set<Int>>([])

    private func acceptAll(_ handle: @escaping @Sendable (LoopbackConnection) -> Void) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let isOpen = state.withLock { state in
                if state.isOpen { state.connections.insert(descriptor) }
                state.connectionsAccepted += 1
                return state.isOpen
            }
            guard isOpen else {
                close(descriptor)
                break
            }
            Thread { [self] in
                let stream = tls?.accept(descriptor)
                if tls == nil || stream != nil {
                    handle(LoopbackConnection(descriptor: descriptor, tls: stream) { self.note($0) })
                }
                // Closed under the lock, so that `stop` never shuts down a number that is used anew.
                state.withLock { state in
                    state.connections.remove(descriptor)
                    close(descriptor)
                }
            }.start()
        }
        close(listener)
    }

    private func note(_ request: LoopbackRequest) {
        state.withLock { $0.received.append(request) }
        continuation.yield(request)
    }

    /// A socket that has its port and does not listen yet.
    private static func open(host: UInt8 = 1, port: Int = 0) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0000 + UInt32(host)).bigEndian
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int32 in
                guard bind(descriptor, generic, length) == 0 else { return -1 }
                return getsockname(descriptor, generic, &length)
            }
        }
        guard descriptor >= 0, status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

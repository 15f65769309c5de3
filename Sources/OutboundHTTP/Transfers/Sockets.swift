import CLibcurl
import Foundation
import Glibc
import Threads

/// The open sockets of one driver, and a watch over the time that libcurl spends on them.
///
/// libcurl reads an HTTP/2 connection until it has nothing more, whatever the time limits say: a server that sends
/// control frames faster than they are read would hold the thread, and with it all other transfers. When libcurl does
/// not come back, the connection that sent the most meanwhile is shut down.
final class Sockets: Sendable {
    private struct State {
        var open: Set<Int32> = []
        /// Since when libcurl has been at work; nil while it is not.
        var busySince: ContinuousClock.Instant?
        /// What had been received when it was first seen to take long.
        var received: [Int32: UInt64] = [:]
        var isStopped = false
    }

    private let state = Locked(State())

    /// How long libcurl may be at work before it is watched, and how often that is looked at.
    static let busyMillisecondsMax = 100

    func open(_ descriptor: Int32) { state.withLock { _ = $0.open.insert(descriptor) } }

    /// Closes under the lock, so that no number that is used anew is shut down.
    func close(_ descriptor: Int32) -> Int32 {
        state.withLock { state in
            state.open.remove(descriptor)
            state.received[descriptor] = nil
            return Glibc.close(descriptor)
        }
    }

    func begin() { state.withLock { $0.busySince = .now } }

    func end() {
        state.withLock { state in
            state.busySince = nil
            state.received.removeAll(keepingCapacity: true)
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Starts a thread that looks now and then, until `stop`.
    func watch() {
        let thread = Thread { [self] in
            while look() { usleep(UInt32(Self.busyMillisecondsMax) * 1000) }
        }
        thread.name = "transfers watch"
        thread.start()
    }

    /// False once it is stopped.
    private func look() -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            guard let since = state.busySince,
                ContinuousClock.now - since >= .milliseconds(Self.busyMillisecondsMax)
            else { return true }
            let received = Dictionary(
                uniqueKeysWithValues: state.open.map { ($0, clibcurl_bytes_received($0)) }
            )
            if state.received.isEmpty {
                state.received = received
            } else if let descriptor = Self.flooding(from: state.received, to: received) {
                shutdown(descriptor, Int32(SHUT_RDWR))
            }
            return true
        }
    }

    /// The one that received the most, if that is more than any answer needs.
    private static func flooding(from before: [Int32: UInt64], to after: [Int32: UInt64]) -> Int32? {
        let grown = after.map { descriptor, bytes in
            (descriptor, bytes: bytes - min(bytes, before[descriptor] ?? bytes))
        }
        guard let most = grown.max(by: { $0.bytes < $1.bytes }), most.bytes >= floodBytesMin else {
            return nil
        }
        return most.0
    }

    /// Less than this in a tenth of a second does not keep a thread busy.
    private static let floodBytesMin: UInt64 = 64 << 10
}

import Foundation
import Glibc
import Threads

/// Hears what other sessions notify, on a session and a thread of its own.
///
/// A notification is a hint that may be lost: whoever listens must find everything without it too, if later. After
/// every connect the listener says so, since what was sent before it has not been heard.
package final class NotificationListener: Sendable {
    package enum News: Sendable, Hashable {
        /// Listening from now on.
        case connected
        case notified(PostgresNotification)
        /// The session is lost; the listener connects again.
        case disconnected(String)
    }

    private let connectionString: String
    private let channels: [String]
    private let settings: ListenerSettings
    private let onNews: @Sendable (News) -> Void
    private let isStopped = Locked(false)
    private let hasStarted = Locked(false)

    private static let lookMilliseconds = 100

    /// Does nothing yet; `onNews` is called on the listener's thread and must be quick.
    ///
    /// `channels` are constant names of this program.
    package init(
        _ connectionString: String,
        channels: [String],
        settings: ListenerSettings = ListenerSettings(),
        onNews: @escaping @Sendable (News) -> Void
    ) {
        self.connectionString = connectionString
        self.channels = channels
        self.settings = settings
        self.onNews = onNews
    }

    /// Starts the thread; doing it again changes nothing.
    package func start() {
        let isFirst = hasStarted.withLock { hasStarted in
            defer { hasStarted = true }
            return !hasStarted
        }
        guard isFirst else { return }
        let thread = Thread { self.listen() }
        thread.name = "postgres-listen"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Lets the thread end soon.
    package func stop() { isStopped.withLock { $0 = true } }

    private var isOver: Bool { isStopped.withLock(\.self) }

    private func listen() {
        var failures = 0
        while !isOver {
            do throws(PostgresError) {
                let connection = try connect()
                failures = 0
                onNews(.connected)
                try hear(connection)
            } catch {
                if failures == 0 { onNews(.disconnected(error.description)) }
                pause(afterFailures: failures)
                failures += 1
            }
        }
    }

    private func connect() throws(PostgresError) -> Connection {
        var limits = PostgresSettings()
        limits.openMilliseconds = settings.answerMilliseconds
        let connection = try Connection(
            connectionString,
            settings: limits,
            answerMilliseconds: settings.answerMilliseconds
        )
        for channel in channels { try connection.run(script: "LISTEN \(channel)") }
        return connection
    }

    private func hear(_ connection: Connection) throws(PostgresError) {
        var heardAt = ContinuousClock.now
        while !isOver {
            guard let found = connection.notifications(waitingMs: Self.lookMilliseconds) else {
                throw PostgresError(code: .connectionLost, message: "the listening session was lost")
            }
            if !found.isEmpty { heardAt = .now }
            for notification in Set(found) { onNews(.notified(notification)) }
            if ContinuousClock.now - heardAt >= .milliseconds(settings.pingMilliseconds) {
                // A socket whose other end has vanished looks like one where nothing happens.
                try connection.run(script: "SELECT 1")
                heardAt = .now
            }
        }
    }

    private func pause(afterFailures count: Int) {
        let longest = settings.retryMillisecondsMax
        let milliseconds = min(longest, settings.retryMilliseconds << min(count, 10))
        let jittered = milliseconds / 2 + Int.random(in: 0...max(1, milliseconds / 2))
        let end = ContinuousClock.now + .milliseconds(jittered)
        while !isOver, ContinuousClock.now < end {
            usleep(UInt32(min(Self.lookMilliseconds, jittered)) * 1_000)
        }
    }
}

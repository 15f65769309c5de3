import Foundation
import Glibc
import Threads

/// How a pool finds out that its server is away, and that it has come back.
extension PostgresPool {
    /// The sessions at work, each with the time when it began.
    struct RunningConnections: Sendable {
        private(set) var entries:
            [ObjectIdentifier: (connection: Connection, startedAt: ContinuousClock.Instant)] =
                [:]
        /// A thread looks after them.
        var isWatched = false

        var oldest: ContinuousClock.Instant? { entries.values.map(\.startedAt).min() }

        mutating func add(_ connection: Connection, now: ContinuousClock.Instant) {
            entries[ObjectIdentifier(connection)] = (connection, now)
        }

        mutating func remove(_ connection: Connection) { entries[ObjectIdentifier(connection)] = nil }
    }

    /// How many looks without any work the watching thread makes before it ends.
    private static let idleLooksMax = 40

    /// For how long the server has been away; nil while it is there.
    package var awayFor: Duration? {
        circuit.withLock { $0.awaySince.map { ContinuousClock.now - $0 } }
    }

    func refuseWhileAway() throws(PostgresError) {
        let reason: String? = circuit.withLock { $0.isOpen ? $0.reason : nil }
        if let reason { throw PostgresError(code: .connectFailed, message: "the server is away: \(reason)") }
    }

    /// Refuses all work from now on, until the server has answered.
    func lose(_ error: PostgresError) {
        let news = circuit.withLock { $0.lose(error, now: .now) }
        if let news { onAvailability(news) }
        let silent = running.withLock { Array($0.entries.values) }
        for (connection, _) in silent { connection.abort() }
        startWatching()
    }

    func watch(_ connection: Connection) {
        running.withLock { $0.add(connection, now: .now) }
        startWatching()
    }

    private func startWatching() {
        let isNew = running.withLock { running in
            defer { running.isWatched = true }
            return !running.isWatched
        }
        guard isNew else { return }
        let thread = Thread { self.look() }
        thread.name = "postgres-watch"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Looks again and again until there has been nothing to look after for a while.
    private func look() {
        var idleLooks = 0
        while !isClosed {
            usleep(UInt32(settings.lookMilliseconds) * 1_000)
            let oldest = running.withLock(\.oldest)
            let (isAway, isDoubtful) = circuit.withLock { circuit in
                let limit = Duration.milliseconds(settings.doubtMilliseconds)
                let isDoubtful = oldest.map { circuit.isDoubtful(startedAt: $0, now: .now, limit: limit) }
                return (circuit.isOpen, isDoubtful ?? false)
            }
            if isAway || isDoubtful { probe() }
            idleLooks = oldest == nil && !isAway ? idleLooks + 1 : 0
            guard idleLooks >= Self.idleLooksMax else { continue }
            let isOver = running.withLock { running in
                guard running.entries.isEmpty else { return false }
                running.isWatched = false
                return true
            }
            if isOver { return }
        }
        running.withLock { $0.isWatched = false }
    }

    /// Asks the server, over a session of its own, whether it is there.
    private func probe() {
        do throws(PostgresError) {
            let connection = try open(answerMilliseconds: settings.openMilliseconds)
            try connection.run(script: "SELECT 1")
            let news = circuit.withLock { $0.confirm(now: .now) }
            if let news { onAvailability(news) }
        } catch {
            if error.isServerFull {
                let news = circuit.withLock { $0.confirm(now: .now) }
                if let news { onAvailability(news) }
            } else {
                lose(error)
            }
        }
    }
}

import Glibc
import Threads

/// A fixed number of threads, each with one session of its own while it works.
///
/// Sessions are opened when they are first wanted and opened again after a loss. A transaction is a synchronous
/// closure that runs on one of the threads, so none can ever span a suspension or other I/O.
///
/// While the server is away, work is refused at once instead of waiting; see `Availability`.
package final class PostgresPool: Sendable {
    private let connectionString: String
    let settings: PostgresSettings
    private let threads: ThreadPool
    private let cancelThread: ThreadPool
    private let idle = Locked<IdleConnections>(IdleConnections())
    let circuit = Locked(Circuit())
    let running = Locked<RunningConnections>(RunningConnections())
    let onAvailability: @Sendable (Availability) -> Void

    private static let attemptsMax = 5
    private static let retryMicroseconds: UInt32 = 20_000

    /// Opens nothing yet; `connectionString` is a libpq keyword string or URI.
    ///
    /// `onAvailability` is called once for every loss of the server and once for its return, on any thread.
    package init(
        _ connectionString: String,
        settings: PostgresSettings = PostgresSettings(),
        onAvailability: @escaping @Sendable (Availability) -> Void = { _ in }
    ) {
        self.connectionString = connectionString
        self.settings = settings
        self.onAvailability = onAvailability
        threads = ThreadPool(name: "postgres", threadCount: settings.connectionsMax)
        cancelThread = ThreadPool(name: "postgres-cancel", threadCount: 1)
    }

    deinit { close() }

    /// Takes no more work and closes the sessions; work that is under way is finished.
    package func close() {
        threads.shutdown()
        cancelThread.shutdown()
        idle.withLock { $0.close() }
    }

    /// Whether a server accepts sessions where this pool looks for one.
    package func isAnswering() async throws -> Bool {
        try await threads.run { [connectionString] in Connection.isAnswering(connectionString) }
    }

    var isClosed: Bool { idle.withLock { !$0.isOpen } }

    /// Runs one statement and returns its rows.
    ///
    /// A statement that lost a race, a deadlock or a wait for a lock changed nothing and runs again, a few times.
    @discardableResult
    package func query(_ sql: SQL) async throws -> [Row] {
        try await run { connection in try Self.retrying { try connection.execute(sql).rows } }
    }

    /// Runs one statement and returns how many rows it changed or returned; tried again like `query`.
    @discardableResult
    package func execute(_ sql: SQL) async throws -> Int {
        try await run { connection in try Self.retrying { try connection.execute(sql).affectedCount } }
    }

    /// Runs `body` in one transaction on one of the threads; an error rolls it back.
    ///
    /// A deadlock, a lost serialization race or a lock that did not come in time runs `body` again, a few times, so
    /// it must do nothing but talk to the database. A connection that breaks during the commit is an error, since
    /// nobody knows whether it took effect.
    ///
    /// With `lockMilliseconds` it waits no longer than that for a lock, and then fails at once. `plansForAnySize` is for
    /// statements over arrays: Postgres thinks a plan for just these few rows is cheaper, forgets what planning costs,
    /// and plans each of them anew for longer than it takes to run it.
    package func transaction<Result: Sendable>(
        lockMilliseconds: Int? = nil,
        plansForAnySize: Bool = false,
        _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result {
        var beginning: [SQL] = ["BEGIN"]
        if let lockMilliseconds {
            beginning.append(SQL(unescaped: "SET LOCAL lock_timeout = \(lockMilliseconds)"))
        }
        if plansForAnySize { beginning.append("SET LOCAL plan_cache_mode = force_generic_plan") }
        return try await run { [beginning] connection in
            try Self.retrying(isPatient: lockMilliseconds == nil) {
                try Self.once(connection, beginning, body)
            }
        }
    }

    private static func retrying<Result>(
        isPatient: Bool = true,
        _ body: () throws -> Result
    ) throws -> Result {
        var attempt = 1
        while true {
            do {
                return try body()
            } catch let error as PostgresError
                where error.isRetryable && attempt < attemptsMax
                && (isPatient || !error.isLockTimeout)
            {
                // Blocks a thread of this pool only, which holds its session anyway.
                usleep(retryMicroseconds * UInt32(attempt) + UInt32.random(in: 0...retryMicroseconds))
                attempt += 1
            }
        }
    }

    private static func once<Result>(
        _ connection: Connection,
        _ beginning: [SQL],
        _ body: (Transaction) throws -> Result
    ) throws -> Result {
        let transaction = Transaction(connection: connection, beginning: beginning)
        do {
            let result = try body(transaction)
            try transaction.commit()
            transaction.end(isCommitted: true)
            return result
        } catch {
            defer { transaction.end(isCommitted: false) }
            do {
                if !connection.isSpoilt, !connection.isIdle { try connection.run(script: "ROLLBACK") }
            } catch {
                // The first error says what happened; a session that cannot roll back is thrown away.
                connection.spoil()
            }
            throw error
        }
    }

    private func run<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try refuseWhileAway()
        let ticket = QueryTicket()
        return try await withTaskCancellationHandler {
            try await threads.run { try self.perform(ticket, body) }
        } onCancel: {
            guard let canceller = ticket.cancel() else { return }
            // Cancelling opens a connection, which may take its time.
            cancelThread.submit { canceller.cancel() }
        }
    }

    private func perform<Result>(
        _ ticket: QueryTicket,
        _ body: (Connection) throws -> Result
    ) throws -> Result {
        guard !ticket.isCancelled else { throw CancellationError() }
        // It may have gone while this waited for a thread.
        try refuseWhileAway()
        let connection = try take()
        guard ticket.begin(connection.canceller) else {
            give(connection)
            throw CancellationError()
        }
        watch(connection)
        defer {
            running.withLock { $0.remove(connection) }
            // A request to cancel may still be on its way, and would hit the next statement of this session.
            if ticket.finish() { connection.spoil() }
            give(connection)
        }
        do {
            return try body(connection)
        } catch let error as PostgresError where error.isCancelled && ticket.isCancelled {
            throw CancellationError()
        }
    }

    private func take() throws -> Connection {
        let start = ContinuousClock.now
        var pause: UInt32 = 25
        while true {
            while let connection = idle.withLock({ $0.connections.popLast() }) {
                if connection.isUsable { return connection }
            }
            let attempt = Result<Connection, PostgresError> { () throws(PostgresError) in try open() }
            guard case .failure(let error) = attempt, error.isConnectionLoss else { return try attempt.get() }
            try refuseWhileAway()
            guard ContinuousClock.now - start < .milliseconds(settings.connectMilliseconds) else {
                // A server that is full is there, and our other sessions with it.
                if !error.isServerFull { lose(error) }
                throw error
            }
            usleep(pause * 1_000)
            pause = min(pause * 2, 200)
        }
    }

    func open(answerMilliseconds: Int? = nil) throws(PostgresError) -> Connection {
        try Connection(connectionString, settings: settings, answerMilliseconds: answerMilliseconds)
    }

    private func give(_ connection: Connection) {
        guard !connection.isSpoilt, !connection.isGivenUp, connection.isIdle else { return }
        idle.withLock { idle in
            if idle.isOpen { idle.connections.append(connection) }
        }
    }
}

extension PostgresPool {
    /// Sessions that nobody uses, the most recently used last.
    private struct IdleConnections {
        var connections: [Connection] = []
        var isOpen = true

        mutating func close() {
            connections = []
            isOpen = false
        }
    }
}

import CLibpq
import Glibc
import Threads

/// One session with the server.
@safe
final class Connection: @unchecked Sendable {
    // Used by one thread at a time: the pool hands it from thread to thread under its lock. Only `abort` is for others.
    let handle: OpaquePointer
    /// Ends the statement that runs, from any thread.
    let canceller: StatementCanceller
    /// How long each answer may take; nil leaves that to the server's own limit.
    let answerMilliseconds: Int?
    private var statements: [StatementKey: String] = [:]
    /// The session is not to be used again though its socket is up.
    private(set) var isSpoilt = false
    private let isAborted = Locked(false)

    private static let statementsMax = 400

    /// Opens a session (blocks for the time that the settings give it).
    init(
        _ connectionString: String,
        settings: PostgresSettings,
        answerMilliseconds: Int? = nil
    ) throws(PostgresError) {
        let opened = try unsafe Self.open(connectionString, within: .milliseconds(settings.openMilliseconds))
        guard let cancel = unsafe PQgetCancel(opened), unsafe PQsetnonblocking(opened, 1) == 0 else {
            unsafe PQfinish(opened)
            throw PostgresError(code: .connectFailed, message: "out of memory")
        }
        unsafe handle = opened
        unsafe canceller = StatementCanceller(owning: cancel)
        self.answerMilliseconds = answerMilliseconds
        // Notices would go to standard error; whoever wants to know reads the server's log.
        unsafe PQsetNoticeReceiver(opened, { _, _ in }, nil)
        try run(script: settings.script)
    }

    deinit { unsafe PQfinish(handle) }

    /// The session is open as far as this side can tell without asking the server.
    ///
    /// A server that ended the session has written a farewell, and nothing else is ever sent to an idle session.
    var isUsable: Bool {
        guard !isSpoilt, unsafe PQstatus(handle) == CONNECTION_OK else { return false }
        var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }

    var isIdle: Bool { unsafe PQtransactionStatus(handle) == PQTRANS_IDLE }

    func spoil() { isSpoilt = true }

    /// Lets whoever waits for the server's answer give up, from any thread.
    func abort() { isAborted.withLock { $0 = true } }

    var isGivenUp: Bool { isAborted.withLock(\.self) }

    /// Runs one statement with its values, prepared once per session and text (blocks).
    func execute(_ sql: SQL) throws(PostgresError) -> RowTable {
        try makeRoom(forStatements: 1)
        let name = try statementName(for: sql)
        let values = ParameterBuffer(sql.bindings)
        do {
            return RowTable(result: try exchange { send(name, sql, values) })
        } catch {
            if error.isStalePlan { spoil() }
            throw error
        }
    }

    func send(_ name: String, _ sql: SQL, _ values: ParameterBuffer) -> Int32 {
        unsafe values.withPointers { pointers, lengths, formats in
            unsafe PQsendQueryPrepared(
                handle,
                name,
                Int32(sql.bindings.count),
                pointers,
                lengths,
                formats,
                1
            )
        }
    }

    /// Runs constant text that may hold several statements (blocks).
    func run(script: String) throws(PostgresError) {
        _ = try exchange { unsafe PQsendQuery(handle, script) }
    }

    /// A server accepts sessions there (blocks for one connection at most).
    static func isAnswering(_ connectionString: String) -> Bool {
        unsafe PQping(connectionString) == PQPING_OK
    }

    /// Forgets what is prepared where `count` more would be too many.
    func makeRoom(forStatements count: Int) throws(PostgresError) {
        guard statements.count + count > Self.statementsMax else { return }
        try run(script: "DEALLOCATE ALL")
        statements = [:]
    }

    /// The name of the prepared statement; one that is not yet prepared takes a round trip.
    func statementName(for sql: SQL) throws(PostgresError) -> String {
        let key = StatementKey(text: sql.text, types: sql.bindings.map(\.type))
        if let name = statements[key] { return name }
        let name = "s\(statements.count)"
        let types = key.types.map(\.rawValue)
        _ = try exchange {
            unsafe types.withUnsafeBufferPointer { types in
                unsafe PQsendPrepare(handle, name, sql.text, Int32(types.count), types.baseAddress)
            }
        }
        statements[key] = name
        return name
    }
}

extension Connection {
    private struct StatementKey: Hashable {
        let text: String
        let types: [SQLType]
    }
}

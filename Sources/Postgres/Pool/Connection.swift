import CLibpq
import Glibc

/// One session with the server.
@safe
final class Connection: @unchecked Sendable {
    // Used by one thread at a time: the pool hands it from thread to thread under its lock.
    private let handle: OpaquePointer
    /// Ends the statement that runs, from any thread.
    let canceller: StatementCanceller
    private var statements: [StatementKey: String] = [:]
    /// The session is not to be used again though its socket is up.
    private(set) var isSpoilt = false

    private static let statementsMax = 400
    private static let connectSeconds = 5

    /// Opens a session (blocks).
    init(_ connectionString: String, settings: PostgresSettings) throws(PostgresError) {
        let options: [(String, String)] = [
            ("dbname", connectionString),
            ("fallback_application_name", "reelgate"),
            ("connect_timeout", String(Self.connectSeconds)),
            ("client_encoding", "UTF8"),
            ("keepalives_idle", "30"),
            ("tcp_user_timeout", "15000"),
        ]
        let opened = unsafe withCStrings(options.map(\.0)) { names in
            unsafe withCStrings(options.map(\.1)) { values in unsafe PQconnectdbParams(names, values, 1) }
        }
        guard let opened = unsafe opened else {
            throw PostgresError(code: .connectFailed, message: "out of memory")
        }
        guard unsafe PQstatus(opened) == CONNECTION_OK, let cancel = unsafe PQgetCancel(opened) else {
            let message = unsafe String(cString: PQerrorMessage(opened))
            unsafe PQfinish(opened)
            throw PostgresError(code: .connectFailed, message: message)
        }
        unsafe handle = opened
        unsafe canceller = StatementCanceller(owning: cancel)
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

    /// Runs one statement with its values, prepared once per session and text (blocks).
    func execute(_ sql: SQL) throws(PostgresError) -> RowTable {
        let name = try statementName(for: sql)
        let values = ParameterBuffer(sql.bindings)
        let result = unsafe values.withPointers { pointers, lengths, formats in
            unsafe PQexecPrepared(handle, name, Int32(sql.bindings.count), pointers, lengths, formats, 1)
        }
        do {
            return RowTable(result: try unsafe owned(result))
        } catch {
            if error.isStalePlan { spoil() }
            throw error
        }
    }

    /// Runs constant text that may hold several statements (blocks).
    func run(script: String) throws(PostgresError) {
        let result = unsafe PQexec(handle, script)
        _ = try unsafe owned(result)
    }

    /// A server accepts sessions there (blocks for one connection at most).
    static func isAnswering(_ connectionString: String) -> Bool {
        unsafe PQping(connectionString) == PQPING_OK
    }

    private func statementName(for sql: SQL) throws(PostgresError) -> String {
        let key = StatementKey(text: sql.text, types: sql.bindings.map(\.type))
        if let name = statements[key] { return name }
        if statements.count >= Self.statementsMax {
            try run(script: "DEALLOCATE ALL")
            statements = [:]
        }
        let name = "s\(statements.count)"
        let types = key.types.map(\.rawValue)
        let result = unsafe types.withUnsafeBufferPointer { types in
            unsafe PQprepare(handle, name, sql.text, Int32(types.count), types.baseAddress)
        }
        _ = try unsafe owned(result)
        statements[key] = name
        return name
    }

    private func owned(_ result: OpaquePointer?) throws(PostgresError) -> QueryResult {
        guard let result = unsafe result else { throw lost() }
        let owner = unsafe QueryResult(owning: result)
        guard !owner.isSuccess else { return owner }
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost() }
        throw PostgresError(result: owner)
    }

    private func lost() -> PostgresError {
        spoil()
        return PostgresError(code: .connectionLost, message: unsafe String(cString: PQerrorMessage(handle)))
    }
}

extension Connection {
    private struct StatementKey: Hashable {
        let text: String
        let types: [SQLType]
    }
}

/// Gives `body` a null-terminated array of C strings that live as long as the call.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}

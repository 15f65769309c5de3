/// What went wrong between this process and Postgres.
///
/// `description` is safe to log: values of a statement can only be in what `debugDescription` adds.
package struct PostgresError: Error, Sendable {
    package enum Code: String, Sendable {
        /// The server refused a statement; `sqlState` says why.
        case refused
        /// No connection could be opened.
        case connectFailed
        /// The connection broke while a statement was under way; whether it took effect is unknown.
        case connectionLost
        /// A row does not hold what was asked of it.
        case unreadable
        /// The private cluster could not be made, started or stopped.
        case cluster
    }

    package let code: Code
    /// The five letters of the SQL standard's error code, empty when no server answered.
    package let sqlState: String
    /// The name of the violated constraint.
    package let constraint: String?
    package let table: String?
    private let message: String
    private let detail: String?

    package init(
        code: Code,
        message: String,
        sqlState: String = "",
        constraint: String? = nil,
        table: String? = nil,
        detail: String? = nil
    ) {
        self.code = code
        self.message = message.trimmedEnd
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.detail = detail
    }

    init(result: borrowing QueryResult) {
        self.init(
            code: .refused,
            message: result.errorField(.message) ?? "no message",
            sqlState: result.errorField(.sqlState) ?? "",
            constraint: result.errorField(.constraint),
            table: result.errorField(.table),
            detail: [result.errorField(.detail), result.errorField(.context)]
                .compactMap { $0 }.joined(separator: "; ")
        )
    }

    static func unreadable(_ message: String) -> PostgresError {
        PostgresError(code: .unreadable, message: message)
    }

    static func cluster(_ message: String) -> PostgresError {
        PostgresError(code: .cluster, message: message)
    }
}

extension PostgresError {
    /// The same transaction may well succeed when it is run again: a lost race or a deadlock.
    package var isRetryable: Bool {
        sqlState == "40001" || sqlState == "40P01" || isLockTimeout
    }

    /// A lock did not come in time.
    package var isLockTimeout: Bool { sqlState == "55P03" }

    /// The server went away, is not there yet, or cannot take another connection.
    package var isConnectionLoss: Bool {
        code == .connectFailed || code == .connectionLost
            || sqlState.hasPrefix("08") || sqlState.hasPrefix("57P") || sqlState == "53300"
    }

    /// The server cannot take another session now, though it is there.
    package var isServerFull: Bool { sqlState == "53300" }

    /// The server is there but cannot do it now: out of room, of memory or of time, or it only reads, as one that is
    /// about to take over for another.
    package var isOverload: Bool {
        isRetryable || isCancelled || sqlState.hasPrefix("53") || sqlState == "25006"
    }

    /// The statement was cancelled, by its task or by a time limit.
    package var isCancelled: Bool { sqlState == "57014" }

    /// Another session is using the prepared statement's old shape, as after a migration.
    var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        var parts = ["postgres \(code.rawValue)"]
        if !sqlState.isEmpty { parts.append(sqlState) }
        // Messages of class 22 (data exceptions) quote the value that was refused.
        if !sqlState.hasPrefix("22") { parts.append(message) }
        if let table, constraint == nil { parts.append("table '\(table)'") }
        return parts.joined(separator: ": ")
    }

    package var debugDescription: String {
        [description, message, detail].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " | ")
    }
}

extension String {
    /// Without the line ends that libpq puts behind its messages.
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}

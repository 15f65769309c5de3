/// A transaction that is open on the current thread.
///
/// Not Sendable: it cannot leave the closure that was given it.
package struct Transaction {
    /// What is to be told that the transaction has ended.
    private final class Listeners {
        var bodies: [(Bool) -> Void] = []
    }

    /// What goes to the server with the next statement, in one round trip.
    private final class Unsent {
        /// With what wants to know of its rows, if anything does.
        var statements: [(sql: SQL, read: (([Row]) throws -> Void)?)]
        /// Whether there is more than the beginning.
        var isNeeded = false

        init(_ beginning: [SQL]) { statements = beginning.map { ($0, nil) } }
    }

    private let connection: Connection
    private let listeners = Listeners()
    private let unsent: Unsent

    /// Nothing is sent before the first statement.
    init(connection: Connection, beginning: [SQL]) {
        self.connection = connection
        unsent = Unsent(beginning)
    }

    /// Has `body` called, on this thread, when the transaction has ended: with true when it is committed.
    ///
    /// One whose commit was not confirmed counts as not committed.
    package func whenEnded(_ body: @escaping (_ isCommitted: Bool) -> Void) {
        listeners.bodies.append(body)
    }

    func end(isCommitted: Bool) {
        for body in listeners.bodies { body(isCommitted) }
        listeners.bodies = []
    }

    /// Runs one statement and returns its rows (blocks).
    @discardableResult
    package func query(_ sql: SQL) throws -> [Row] {
        try sendOne(sql).rows
    }

    /// Runs statements of which none needs what another gives, in one round trip, and returns the rows of each (blocks).
    package func queries(_ statements: [SQL]) throws -> [[Row]] {
        try send(statements).map(\.rows)
    }

    /// Runs one statement and returns how many rows it changed or returned (blocks).
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int {
        try sendOne(sql).affectedCount
    }

    /// Has a statement run before the next one or the commit, in the round trip of that.
    ///
    /// `read` gets its rows then; whatever it throws ends the transaction only where something is still to be run.
    package func enqueue(_ sql: SQL, read: (([Row]) throws -> Void)? = nil) {
        unsent.isNeeded = true
        unsent.statements.append((sql, read))
    }

    /// Runs constant text of several statements, such as a migration (blocks).
    package func run(script: String) throws {
        _ = try send([])
        try connection.run(script: script)
    }

    /// Commits what was run; nothing is sent where nothing was.
    func commit() throws {
        guard unsent.isNeeded else { return }
        _ = try send(["COMMIT"])
    }

    private func sendOne(_ sql: SQL) throws -> RowTable {
        guard let table = try send([sql]).last else { throw PostgresError.unreadable("no result") }
        return table
    }

    private func send(_ statements: [SQL]) throws -> ArraySlice<RowTable> {
        let before = unsent.statements
        (unsent.statements, unsent.isNeeded) = ([], true)
        guard !before.isEmpty || !statements.isEmpty else { return [] }
        let tables = try connection.execute(all: before.map(\.sql) + statements)
        for (statement, table) in zip(before, tables) { try statement.read?(table.rows) }
        return tables[before.count...]
    }
}

@available(*, unavailable)
extension Transaction: Sendable {}

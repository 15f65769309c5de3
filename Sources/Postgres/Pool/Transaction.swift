/// A transaction that is open on the current thread.
///
/// Not Sendable: it cannot leave the closure that was given it.
package struct Transaction {
    /// What is to be told that the transaction has ended.
    private final class Listeners {
        var bodies: [(Bool) -> Void] = []
    }

    private let connection: Connection
    private let listeners = Listeners()

    init(connection: Connection) {
        self.connection = connection
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
        try connection.execute(sql).rows
    }

    /// Runs one statement and returns how many rows it changed or returned (blocks).
    @discardableResult
    package func execute(_ sql: SQL) throws -> Int {
        try connection.execute(sql).affectedCount
    }

    /// Runs constant text of several statements, such as a migration (blocks).
    package func run(script: String) throws {
        try connection.run(script: script)
    }
}

@available(*, unavailable)
extension Transaction: Sendable {}

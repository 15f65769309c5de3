/// A transaction that is open on the current thread.
///
/// Not Sendable: it cannot leave the closure that was given it.
package struct Transaction {
    private let connection: Connection

    init(connection: Connection) {
        self.connection = connection
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

/// The limits of a pool and of each of its sessions.
package struct PostgresSettings: Sendable {
    /// How many sessions the pool may hold.
    package var connectionsMax = 12
    /// How long one statement may run.
    package var statementMilliseconds = 15_000
    /// How long a statement may wait for a lock.
    package var lockMilliseconds = 5_000
    /// How long a session may sit in a transaction without a statement.
    package var idleTransactionMilliseconds = 10_000
    /// How long opening a session is tried again while the server is away, as when it restarts.
    package var connectMilliseconds = 5_000

    package init() {}

    var script: String {
        """
        SET statement_timeout = \(statementMilliseconds);
        SET lock_timeout = \(lockMilliseconds);
        SET idle_in_transaction_session_timeout = \(idleTransactionMilliseconds);
        SET timezone = 'UTC';
        SET jit = off
        """
    }
}

/// The limits of a pool and of each of its sessions.
package struct PostgresSettings: Sendable {
    /// How many sessions the pool may hold.
    package var connectionsMax = 12
    /// How long one statement may run.
    ///
    /// Ours take milliseconds; housekeeping, which may need more, raises it for its own transactions.
    package var statementMilliseconds = 10_000
    /// How long a statement may wait for a lock; then it runs again, a few times.
    package var lockMilliseconds = 2_000
    /// How long a session may sit in a transaction without a statement, and hold what others wait for.
    package var idleTransactionMilliseconds = 5_000
    /// How long opening one session may take.
    package var openMilliseconds = 2_000
    /// How long opening is tried again while the server refuses, as when it restarts; then it is taken for away.
    package var connectMilliseconds = 800
    /// A statement that takes so long lets the pool ask whether the server is there at all.
    package var doubtMilliseconds = 1_000
    /// How often the pool looks after its statements, and tries to reach a server that is away.
    package var lookMilliseconds = 250

    package init() {}

    /// Every table that grows has an index for each question that is asked of it.
    ///
    /// A plan that was made while a table was empty, or before it was analyzed, would read all of it.
    var script: String {
        """
        SET statement_timeout = \(statementMilliseconds);
        SET lock_timeout = \(lockMilliseconds);
        SET idle_in_transaction_session_timeout = \(idleTransactionMilliseconds);
        SET timezone = 'UTC';
        SET enable_seqscan = off;
        SET jit = off
        """
    }
}

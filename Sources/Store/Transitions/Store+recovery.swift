import Postgres

/// What makes the work of dead processes due at once instead of after a wait.
extension Store {
    /// Ends the leases of every process, as on the start of one that alone uses this database.
    ///
    /// A process that lives after all loses nothing but the race for its work: its token stays good until another
    /// one takes the lease. Returns how many leases there were.
    @discardableResult
    package func expireLeases() async throws -> Int {
        try await pool.transaction { try Self.free($0, marks: nil) }
    }

    /// Forgives one loss of each task that a provider has, as on the start of a gateway whose own worker ended with the
    /// gateway before: that loss is not the task's doing.
    package func excuseLosses(provider: String) async throws {
        try await pool.execute(
            """
            UPDATE tasks
            SET losses = losses - 1
            WHERE provider = \(provider) AND state = 'dispatched' AND losses > 0
            """
        )
    }

    /// Lets every task that a provider has, or could not be given, be due now; returns how many there are.
    ///
    /// Called when a provider has come back: what it lost is found out and dispatched again without a wait.
    @discardableResult
    package func hastenTasks(provider: String) async throws -> Int {
        // A new attempt after a failure keeps its pause: nobody has tried to dispatch it yet.
        try await pool.execute(
            """
            UPDATE tasks
            SET next_action_at = now()
            WHERE provider = \(provider) AND next_action_at > now()
                AND (state = 'dispatched' OR state = 'minted' AND dispatches > 0
                    OR state = 'submit_unknown' AND submission <> 'blind')
            """
        )
    }
}

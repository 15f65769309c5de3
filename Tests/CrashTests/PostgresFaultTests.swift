import Postgres
import StudioSupport
import Testing

/// A Postgres that is there and does not do what it is asked.
@Suite struct PostgresFaultTests {
    /// What is wrong for a while, in the middle of a run.
    enum Fault: String, Sendable, CaseIterable, CustomTestStringConvertible {
        /// Every session is ended again and again, as by a pooler that restarts.
        case sessionsEnd
        /// No session may write, as after a failover to a standby.
        case readOnly
        /// Somebody holds a lock for longer than a statement waits for one.
        case lockHeld

        var testDescription: String { rawValue }
    }

    @Test(arguments: Fault.allCases)
    func `a run goes on when Postgres is itself again`(_ fault: Fault) async throws {
        try await Turnstile.tests.pass {
            let rig = try await Rig.make { _ in StandInWorker.Treatment(delayMs: 200) }
            try await rig.gateways[0].start()
            _ = try await rig.client.subscribe(rig.subscriber)
            let id = try await rig.client.post(source: rig.source())
            try await eventually("the run is under way") { rig.worker.log.count(.started) >= 2 }

            try await rig.strike(fault)
            try await rig.quiesce()

            #expect(try await rig.runState(id) == "fully_generated")
            #expect(try await rig.violations(accepted: [id], interruptions: 1) == [])
        }
    }
}

extension Rig {
    private static let endedSessionsRounds = 15
    /// Longer than a statement of the gateway waits.
    private static let lockSeconds = 7.0

    func strike(_ fault: PostgresFaultTests.Fault) async throws {
        switch fault {
        case .sessionsEnd:
            for _ in 0..<Self.endedSessionsRounds {
                try await endSessions()
                try await Task.sleep(for: .milliseconds(100))
            }
        case .readOnly:
            try await setReadOnly(true)
            try await Task.sleep(for: .seconds(3))
            try await setReadOnly(false)
        case .lockHeld:
            try await pool.transaction { transaction in
                try transaction.execute("LOCK TABLE jobs, tasks IN ACCESS EXCLUSIVE MODE")
                try transaction.execute("SELECT pg_sleep(\(Self.lockSeconds))")
            }
        }
    }

    private func setReadOnly(_ isReadOnly: Bool) async throws {
        let name: String = try await pool.query("SELECT current_database()::text AS name")[0].get("name")
        try await pool.transaction { transaction in
            try transaction.execute("SET TRANSACTION READ WRITE")
            try transaction.execute(
                SQL(unescaped: "ALTER DATABASE \(name) SET default_transaction_read_only = \(isReadOnly)")
            )
        }
        // The setting counts for new sessions.
        try await endSessions()
    }

    private func endSessions() async throws {
        try await pool.query(
            """
            SELECT pg_terminate_backend(pid)::text AS done FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            """
        )
    }
}

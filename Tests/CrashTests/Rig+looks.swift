import Postgres
import StudioSupport

/// Looks at the database from outside of any gateway.
extension Rig {
    func isInProgress(_ stage: String, of runId: String) async throws -> Bool {
        try await !pool.query(
            "SELECT id FROM jobs WHERE run_id = \(runId) AND stage = \(stage) AND state = 'in_progress'"
        ).isEmpty
    }

    /// A digest of all that is recorded, table by table; an attempt that was superseded counts as nothing.
    func snapshot() async throws -> [String: String] {
        let tables = [
            "runs", "jobs", "outputs", "tasks", "uploads", "artifacts", "renditions", "events",
            "messages", "deliveries", "assets", "idempotency_keys",
        ]
        var digests: [String: String] = [:]
        for table in tables {
            digests[table] = try await digest("SELECT row::text AS line FROM \(unescaped: table) row")
        }
        // What comes too late is kept, and changes nothing else.
        digests["callbacks"] = try await digest(
            "SELECT row::text AS line FROM callbacks row WHERE result = 'applied'"
        )
        digests["attempts"] = try await digest(
            "SELECT row::text AS line FROM delivery_attempts row WHERE outcome <> 'superseded'"
        )
        return digests
    }

    private func digest(_ rows: SQL) async throws -> String {
        let found = try await pool.query(
            "SELECT coalesce(md5(string_agg(line, ';' ORDER BY line)), '') AS digest FROM (\(rows)) AS all_rows"
        )
        return try found[0].get("digest")
    }

    /// The rules that do not hold now that everything is at rest.
    func violations(accepted: [String], interruptions: Int) async throws -> [String] {
        try await Invariants(
            pool: pool,
            provider: worker.log.entries,
            wire: subscriber.log,
            accepted: accepted,
            interruptions: interruptions,
            artifactsFolder: "\(folder)/artifacts"
        ).violations()
    }
}

extension Rig {
    /// The numbers of the rules that are broken after these statements, which are undone again.
    func rules(accepted: [String], after statements: [String]) async throws -> Set<String> {
        try await pool.execute(
            """
            DO $$
            DECLARE
                found record;
            BEGIN
                FOR found IN
                    SELECT conrelid::regclass AS place, conname AS name FROM pg_constraint
                    WHERE contype = 'f' AND conparentid = 0
                LOOP
                    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', found.place, found.name);
                END LOOP;
            END $$
            """
        )
        for table in ["runs", "jobs", "outputs", "tasks", "callbacks", "messages", "deliveries"] {
            try await pool.execute("ALTER TABLE \(unescaped: table) DISABLE TRIGGER USER")
        }
        let saved = [
            "callbacks", "messages", "deliveries", "delivery_attempts", "state_audit", "renditions", "tasks",
        ]
        for table in saved {
            try await pool.execute("CREATE TABLE saved_\(unescaped: table) AS TABLE \(unescaped: table)")
        }
        for statement in statements { try await pool.execute(SQL(unescaped: statement)) }
        let found = try await violations(accepted: accepted, interruptions: 0)
        for table in saved.reversed() { try await pool.execute("DELETE FROM \(unescaped: table)") }
        for table in saved {
            try await pool.execute(
                "INSERT INTO \(unescaped: table) OVERRIDING SYSTEM VALUE SELECT * FROM saved_\(unescaped: table)"
            )
            try await pool.execute("DROP TABLE saved_\(unescaped: table)")
        }
        return Set(found.map { String($0.prefix { $0 != ":" }) })
    }
}

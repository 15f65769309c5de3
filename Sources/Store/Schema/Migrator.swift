import Postgres

/// Applies the steps that a database lacks.
///
/// Other gateways may be at work meanwhile. A step waits for a lock but shortly, since all who come after it wait with
/// it, and is tried again.
struct Migrator: Sendable {
    let pool: PostgresPool
    let migrations: [Migration]
    var lockMilliseconds = 2_000
    var attemptsMax = 30
    var pause = Duration.seconds(1)

    /// One number for all processes that migrate this database.
    private static let lockKey = 7_233_540_911

    /// Applies each missing step in a transaction of its own, one process at a time.
    func run() async throws {
        for migration in migrations {
            var attempt = 1
            while try await !apply(migration) {
                guard attempt < attemptsMax else { throw MigrationError.locked(migration.name) }
                attempt += 1
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Refuses a database that lacks steps, and changes nothing.
    func check() async throws {
        let (version, missing) = try await pool.transaction { transaction in
            let isThere = try transaction.query(
                "SELECT to_regclass('schema_migrations') IS NOT NULL AS is_there"
            )
            guard try isThere[0].get("is_there") else { return (0, migrations.first?.name) }
            let version = try applied(transaction)
            return (version, migrations.first { $0.version > version }?.name)
        }
        if let missing { throw MigrationError.missing(missing, database: version) }
    }

    /// False when a lock did not come in time: then nothing has changed.
    private func apply(_ migration: Migration) async throws -> Bool {
        do {
            try await pool.transaction { transaction in
                // Nothing is held while it waits for other processes that migrate.
                try transaction.run(script: "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                try transaction.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
                try transaction.run(script: "SET LOCAL lock_timeout = \(lockMilliseconds)")
                try prepare(transaction)
                guard try applied(transaction) < migration.version else { return }
                try transaction.run(script: migration.sql)
                try transaction.execute(
                    """
                    INSERT INTO schema_migrations (version, name, checksum, compatible_from)
                    VALUES (\(migration.version), \(migration.name), \(migration.checksum),
                        \(migration.compatibleFrom))
                    """
                )
            }
            return true
        } catch let error as PostgresError where error.isRetryable {
            return false
        }
    }

    private func prepare(_ transaction: Transaction) throws {
        let columns = try transaction.query(
            """
            SELECT count(*) AS n FROM pg_attribute
            WHERE attrelid = to_regclass('schema_migrations') AND attname = 'compatible_from'
            """
        )
        guard try columns[0].get("n", as: Int.self) == 0 else { return }
        try transaction.run(
            script: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version bigint PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                );
                ALTER TABLE schema_migrations ADD COLUMN compatible_from bigint
                """
        )
    }

    /// The version that the database is at; refuses one whose steps are not the first of ours.
    ///
    /// Steps of a later version are no hindrance when each says that this one works with it.
    private func applied(_ transaction: Transaction) throws -> Int {
        let rows = try transaction.query(
            """
            SELECT name, checksum, to_jsonb(m) ->> 'compatible_from' AS compatible_from
            FROM schema_migrations m
            ORDER BY version
            """
        )
        let newest = migrations.last?.version ?? 0
        for row in rows.dropFirst(migrations.count) {
            let from = try row.get("compatible_from", as: String?.self).flatMap { Int($0) }
            guard let from, from <= newest else {
                throw MigrationError.newerDatabase(try row.get("name"))
            }
        }
        for (step, row) in zip(migrations, rows) {
            let name = try row.get("name", as: String.self)
            guard step.name == name else {
                throw MigrationError.otherHistory(expected: step.name, found: name)
            }
            guard try step.checksum == row.get("checksum", as: String.self) else {
                throw MigrationError.edited(step.name)
            }
        }
        let known = min(rows.count, migrations.count)
        return known == 0 ? 0 : migrations[known - 1].version
    }
}

import Postgres

/// Applies the steps that a database lacks.
struct Migrator: Sendable {
    let pool: PostgresPool
    let migrations: [Migration]

    /// One number for all processes that migrate this database.
    private static let lockKey = 7_233_540_911

    /// Applies each missing step in a transaction of its own, one process at a time.
    func run() async throws {
        for migration in migrations {
            try await pool.transaction { transaction in
                try transaction.run(script: "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
                try transaction.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
                if try applied(transaction) < migration.version {
                    try transaction.run(script: migration.sql)
                    try transaction.execute(
                        """
                        INSERT INTO schema_migrations (version, name, checksum)
                        VALUES (\(migration.version), \(migration.name), \(migration.checksum))
                        """
                    )
                }
            }
        }
    }

    /// The version that the database is at; refuses one whose steps are not the first of ours.
    private func applied(_ transaction: Transaction) throws -> Int {
        try transaction.run(
            script: """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version bigint PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """
        )
        let rows = try transaction.query("SELECT name, checksum FROM schema_migrations ORDER BY version")
        let found = try rows.map {
            (try $0.get("name", as: String.self), try $0.get("checksum", as: String.self))
        }
        guard found.count <= migrations.count else {
            throw MigrationError.newerDatabase(found[migrations.count].0)
        }
        for (step, row) in zip(migrations, found) {
            guard step.name == row.0 else {
                throw MigrationError.otherHistory(expected: step.name, found: row.0)
            }
            guard step.checksum == row.1 else { throw MigrationError.edited(step.name) }
        }
        return found.isEmpty ? 0 : migrations[found.count - 1].version
    }
}

/// Why a database was refused.
package enum MigrationError: Error, Equatable, CustomStringConvertible {
    case newerDatabase(String)
    case otherHistory(expected: String, found: String)
    case edited(String)

    package var description: String {
        switch self {
        case .newerDatabase(let name): "the database has step '\(name)', which this version does not know"
        case .otherHistory(let expected, let found):
            "the database has step '\(found)' in the place of '\(expected)'"
        case .edited(let name): "step '\(name)' was changed after it was applied"
        }
    }
}

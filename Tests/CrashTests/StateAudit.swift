import Postgres

/// Notes every change of a state in the database itself, in the transaction that makes it.
///
/// So what the records went through can be told afterwards, whichever process did it and whatever it logged.
enum StateAudit {
    static let tables = ["runs", "jobs", "outputs", "tasks", "deliveries"]

    static func install(_ pool: PostgresPool) async throws {
        try await pool.execute(
            """
            CREATE TABLE IF NOT EXISTS state_audit (
                sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                record text NOT NULL,
                id text NOT NULL,
                was text NOT NULL,
                became text NOT NULL,
                attempt_was integer,
                attempt_became integer
            )
            """
        )
        try await pool.execute(
            """
            CREATE OR REPLACE FUNCTION audit_state() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO state_audit (record, id, was, became, attempt_was, attempt_became)
                VALUES (TG_ARGV[0], NEW.id, OLD.state, NEW.state, (to_jsonb(OLD) ->> 'attempt')::integer,
                    (to_jsonb(NEW) ->> 'attempt')::integer);
                RETURN NULL;
            END $$
            """
        )
        for table in tables {
            try await pool.execute(
                """
                CREATE OR REPLACE TRIGGER state_audited AFTER UPDATE ON \(unescaped: table) FOR EACH ROW
                WHEN (OLD.state IS DISTINCT FROM NEW.state
                    OR (to_jsonb(OLD) ->> 'attempt') IS DISTINCT FROM (to_jsonb(NEW) ->> 'attempt'))
                EXECUTE FUNCTION audit_state('\(unescaped: table)')
                """
            )
        }
    }
}

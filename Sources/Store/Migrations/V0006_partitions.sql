-- What only grows is cut into days (UTC), and its past is dropped as whole tables, never deleted row by row.

-- Makes the days from `first_day` to `last_day` of a table where they are missing.
CREATE FUNCTION keep_partitions(parent text, first_day date, last_day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    day date := first_day;
    made integer := 0;
BEGIN
    WHILE day <= last_day LOOP
        IF to_regclass(format('%I', parent || to_char(day, '_YYYYMMDD'))) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                parent || to_char(day, '_YYYYMMDD'), parent, day || ' 00:00:00+00', day + 1 || ' 00:00:00+00'
            );
            made := made + 1;
        END IF;
        day := day + 1;
    END LOOP;
    RETURN made;
END
$$;

-- Drops the days of a table that end before or at `first_kept`, and returns how many there were.
CREATE FUNCTION drop_partitions(parent text, first_kept date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    name text;
    dropped integer := 0;
BEGIN
    FOR name IN
        SELECT c.relname
        FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(format('%I', parent))
            AND c.relname ~ ('^' || parent || '_[0-9]{8}$')
            AND c.relname < parent || to_char(first_kept, '_YYYYMMDD')
        ORDER BY c.relname
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;

-- The day's table of every partitioned table is made ahead; rows of a day without one go to the default table.

ALTER TABLE events RENAME TO events_before;
ALTER INDEX events_run RENAME TO events_before_run;
CREATE SEQUENCE event_sequence;
CREATE TABLE events (
    sequence bigint NOT NULL DEFAULT nextval('event_sequence'),
    id text COLLATE "C" NOT NULL,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    type text NOT NULL,
    stage text,
    output_id text COLLATE "C",
    attempt integer,
    problem jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sequence, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX events_run ON events (run_id, sequence);
CREATE TABLE events_default PARTITION OF events DEFAULT;

ALTER TABLE callbacks RENAME TO callbacks_before;
ALTER INDEX callbacks_message RENAME TO callbacks_before_message;
ALTER INDEX callbacks_due RENAME TO callbacks_before_due;
ALTER INDEX callbacks_task RENAME TO callbacks_before_task;
-- That a message is stored once is held by the lock on its task: no unique index can span the days. A callback
-- without a task named one that nobody knows.
CREATE TABLE callbacks (
    id text COLLATE "C" NOT NULL,
    task_id text COLLATE "C" REFERENCES tasks,
    provider text NOT NULL,
    message_id text NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    body_sha256 text NOT NULL,
    state text NOT NULL CHECK (state IN ('stored', 'applied', 'rejected', 'quarantined')),
    reason text,
    result text,
    lease_token uuid,
    lease_until timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (id, received_at),
    CONSTRAINT callbacks_applied CHECK ((state = 'applied') = (result IS NOT NULL)),
    CONSTRAINT callbacks_refused CHECK (state NOT IN ('rejected', 'quarantined') OR reason IS NOT NULL),
    CONSTRAINT callbacks_known CHECK (task_id IS NOT NULL OR state = 'rejected'),
    CONSTRAINT callbacks_lease CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) PARTITION BY RANGE (received_at);
CREATE INDEX callbacks_task ON callbacks (task_id, message_id);
CREATE INDEX callbacks_due ON callbacks (received_at) WHERE state = 'stored';
CREATE INDEX callbacks_refused ON callbacks (received_at) WHERE state IN ('rejected', 'quarantined');
CREATE TABLE callbacks_default PARTITION OF callbacks DEFAULT;

ALTER TABLE delivery_attempts RENAME TO delivery_attempts_before;
CREATE TABLE delivery_attempts (
    delivery_id text COLLATE "C" NOT NULL REFERENCES deliveries ON DELETE CASCADE,
    number integer NOT NULL CHECK (number > 0),
    outcome text NOT NULL CHECK (outcome IN ('delivered', 'rejected', 'unknown')),
    status integer,
    problem jsonb,
    response_body bytea CHECK (octet_length(response_body) <= 16384),
    response_headers jsonb,
    started_at timestamptz NOT NULL,
    duration_ms bigint NOT NULL CHECK (duration_ms >= 0),
    PRIMARY KEY (delivery_id, number, started_at)
) PARTITION BY RANGE (started_at);
CREATE TABLE delivery_attempts_default PARTITION OF delivery_attempts DEFAULT;

ALTER TABLE idempotency_keys RENAME TO idempotency_keys_before;
ALTER INDEX idempotency_keys_created_at RENAME TO idempotency_keys_before_created_at;
-- That a key is taken once is held by an advisory lock on it.
CREATE TABLE idempotency_keys (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    key text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
    route text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE idempotency_keys_default PARTITION OF idempotency_keys DEFAULT;

SELECT keep_partitions(parent, (now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 3)
FROM unnest('{events,callbacks,delivery_attempts,idempotency_keys}'::text[]) AS parents (parent);

INSERT INTO events (sequence, id, run_id, type, stage, output_id, attempt, problem, created_at)
SELECT sequence, id, run_id, type, stage, output_id, attempt, problem, created_at
FROM events_before;
SELECT setval('event_sequence', coalesce(max(sequence), 0) + 1, false) FROM events;

INSERT INTO callbacks (id, task_id, provider, message_id, headers, body, body_sha256, state, reason, result,
    lease_token, lease_until, received_at, finished_at)
SELECT id, task_id, provider, message_id, headers, body, body_sha256, state,
    CASE WHEN state IN ('rejected', 'quarantined') THEN coalesce(reason, 'not told') ELSE reason END, result,
    lease_token, lease_until, received_at, finished_at
FROM callbacks_before;

INSERT INTO delivery_attempts SELECT * FROM delivery_attempts_before;
INSERT INTO idempotency_keys SELECT * FROM idempotency_keys_before;

DROP TABLE events_before, callbacks_before, delivery_attempts_before, idempotency_keys_before;

CREATE TRIGGER events_fixed BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

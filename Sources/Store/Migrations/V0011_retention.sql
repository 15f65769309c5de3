-- The bytes of an artifact go some time after `removed_at`, when nobody can be copying its row any more; `erased_at`
-- says that this has been done.
ALTER TABLE artifacts ADD COLUMN erased_at timestamptz;
CREATE INDEX artifacts_location ON artifacts (location);
CREATE INDEX artifacts_to_erase ON artifacts (removed_at) WHERE removed_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX assets_location ON assets (location);
CREATE INDEX uploads_location ON uploads (location);

-- When retention has looked at a run that ended; a reset takes it back.
ALTER TABLE runs ADD COLUMN artifacts_removed_at timestamptz;
CREATE INDEX runs_to_prune ON runs (finished_at) WHERE finished_at IS NOT NULL AND artifacts_removed_at IS NULL;

-- Moves rows that came in while their day had no table into one of their own, and drops those older than
-- `first_kept`. More than `rows_max` are left where they are, since moving them would hold up the traffic: they are
-- `held`. The transaction holds the locks that this needs.
CREATE FUNCTION heal_partitions(
    parent text, moment text, first_kept date, rows_max bigint, OUT moved bigint, OUT held bigint
) LANGUAGE plpgsql AS $$
DECLARE
    spare text := parent || '_default';
    latest timestamptz;
    day date;
BEGIN
    moved := 0;
    EXECUTE format('SELECT count(*), max(%I) FROM %I', moment, spare) INTO held, latest;
    IF held = 0 OR held > rows_max AND (latest AT TIME ZONE 'UTC')::date >= first_kept THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TEMPORARY TABLE gap ON COMMIT DROP AS SELECT * FROM %I WHERE (%I AT TIME ZONE ''UTC'')::date >= %L',
        spare, moment, first_kept
    );
    EXECUTE format('TRUNCATE %I', spare);
    FOR day IN EXECUTE format('SELECT DISTINCT (%I AT TIME ZONE ''UTC'')::date FROM gap', moment) LOOP
        PERFORM keep_partitions(parent, day, day);
    END LOOP;
    EXECUTE format('INSERT INTO %I SELECT * FROM gap', parent);
    GET DIAGNOSTICS moved = ROW_COUNT;
    held := 0;
END
$$;

-- compatible_from: 28
-- What can be sent to an endpoint now is one range of an index, whatever waits beside it.

-- Whether an earlier message of its run is pending at an ordered endpoint. It is false of the first of each run; where it
-- is false of another, that one is only looked at in vain.
ALTER TABLE deliveries ADD COLUMN has_earlier boolean NOT NULL DEFAULT false;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_has_earlier
    CHECK (NOT has_earlier OR ordered_run IS NOT NULL) NOT VALID;

DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, has_earlier, next_attempt_at, id) WHERE state = 'pending';

UPDATE deliveries d
SET has_earlier = true
WHERE d.state = 'pending' AND d.ordered_run IS NOT NULL AND EXISTS (
    SELECT 1
    FROM deliveries earlier
    WHERE earlier.endpoint_id = d.endpoint_id AND earlier.ordered_run = d.ordered_run AND earlier.state = 'pending'
        AND earlier.ordered_place < d.ordered_place
);

-- The first of its run is locked until this one is committed: so it cannot end without finding it. One that is about to
-- end or to be taken is not waited for.
CREATE FUNCTION note_earlier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1
    FROM deliveries d
    WHERE d.state = 'pending' AND d.id = (
        SELECT first.id
        FROM deliveries first
        WHERE first.endpoint_id = NEW.endpoint_id AND first.ordered_run = NEW.ordered_run AND first.state = 'pending'
            AND first.ordered_place < NEW.ordered_place
        ORDER BY first.ordered_place
        LIMIT 1
    )
    FOR SHARE OF d SKIP LOCKED;
    NEW.has_earlier := FOUND;
    RETURN NEW;
END
$$;

CREATE TRIGGER deliveries_added BEFORE INSERT ON deliveries FOR EACH ROW
    WHEN (NEW.ordered_run IS NOT NULL AND NEW.state = 'pending')
    EXECUTE FUNCTION note_earlier();
CREATE TRIGGER deliveries_placed BEFORE UPDATE OF state, ordered_run, ordered_place ON deliveries FOR EACH ROW
    WHEN (NEW.ordered_run IS NOT NULL AND NEW.state = 'pending' AND (OLD.state <> 'pending'
        OR OLD.ordered_run IS DISTINCT FROM NEW.ordered_run OR OLD.ordered_place IS DISTINCT FROM NEW.ordered_place))
    EXECUTE FUNCTION note_earlier();

-- The next of its run may go. It is the first that waits, even if another is still pending: two may end at once, and
-- neither sees the end of the other.
CREATE FUNCTION let_next_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE deliveries
    SET has_earlier = false
    WHERE has_earlier AND id = (
        SELECT next.id
        FROM deliveries next
        WHERE next.endpoint_id = OLD.endpoint_id AND next.ordered_run = OLD.ordered_run AND next.state = 'pending'
            AND next.has_earlier
        ORDER BY next.ordered_place
        LIMIT 1
    );
    RETURN NULL;
END
$$;

CREATE TRIGGER deliveries_ended AFTER UPDATE OF state ON deliveries FOR EACH ROW
    WHEN (OLD.ordered_run IS NOT NULL AND OLD.state = 'pending' AND NEW.state <> 'pending')
    EXECUTE FUNCTION let_next_go();

-- A gateway of before V0017 does not see that an endpoint is deleted; it cannot have it sent anything again.
ALTER TABLE endpoints ADD CONSTRAINT endpoints_deleted_state CHECK (deleted_at IS NULL OR state = 'paused') NOT VALID;
UPDATE endpoints SET state = 'paused', disabled_reason = NULL WHERE deleted_at IS NOT NULL AND state <> 'paused';
ALTER TABLE endpoints VALIDATE CONSTRAINT endpoints_deleted_state;

-- A test that goes also to an endpoint that is believed to be down, whichever gateway sends it. Its first attempt does;
-- after that it is like any other.
ALTER TABLE deliveries ADD COLUMN is_urgent boolean NOT NULL DEFAULT false;
CREATE INDEX deliveries_urgent ON deliveries (endpoint_id, next_attempt_at, id)
    WHERE state = 'pending' AND is_urgent AND attempts = 0;

-- What tells this database from others, which might keep their files in the same place. A copy has the same.
CREATE TABLE database_identity (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    id uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO database_identity DEFAULT VALUES;

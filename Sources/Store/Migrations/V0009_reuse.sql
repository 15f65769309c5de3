-- Who waits for an equal stage of another run is not due before that stage ends; it is the job whose `computing` it met.
ALTER TABLE jobs
    ADD COLUMN waits_on text COLLATE "C",
    -- Somebody asked for this stage to be done again, so no finished result is attached.
    ADD COLUMN afresh boolean NOT NULL DEFAULT false;

-- The job or the short that an event is about beside its own: taken from, waited for.
ALTER TABLE events ADD COLUMN related_id text COLLATE "C";

ALTER TABLE outputs
    -- Digest of all that the short's renditions depend on.
    ADD COLUMN fingerprint text,
    ADD COLUMN reused_from text COLLATE "C",
    ADD COLUMN waits_on text COLLATE "C",
    -- Tenant and fingerprint of what is being rendered; it holds as long as the short has not ended.
    ADD COLUMN computing text,
    ADD COLUMN afresh boolean NOT NULL DEFAULT false;

CREATE INDEX outputs_fingerprint ON outputs (fingerprint, finished_at DESC)
    WHERE state = 'rendered' AND fingerprint IS NOT NULL;
CREATE UNIQUE INDEX outputs_computing_once ON outputs (computing)
    WHERE computing IS NOT NULL AND state IN ('pending', 'rendering');

-- Counters and marks that runs need to be reviewed, closed, reused, and to go on from what a client brings.
ALTER TABLE runs
    -- Shorts that have not ended; the transition that makes it 0 closes the delivery.
    ADD COLUMN outputs_open integer NOT NULL DEFAULT 0 CHECK (outputs_open >= 0),
    ADD COLUMN review_state text CHECK (review_state IN ('waiting', 'accepted')),
    ADD COLUMN review_requested_at timestamptz,
    ADD COLUMN reviewed_at timestamptz,
    -- What the client brought with the run: a transcript, moments.
    ADD COLUMN provided jsonb,
    ADD CONSTRAINT runs_review CHECK (
        (review_state IS NULL) = (review_requested_at IS NULL)
        AND (review_state IS NOT DISTINCT FROM 'accepted') = (reviewed_at IS NOT NULL)
    );

UPDATE runs r
SET outputs_open = open.count
FROM (
    SELECT run_id, count(*) AS count FROM outputs WHERE state IN ('pending', 'rendering') GROUP BY run_id
) open
WHERE open.run_id = r.id;

CREATE INDEX runs_rerun_of ON runs (rerun_of) WHERE rerun_of IS NOT NULL;

-- `submit_unknown`: it was handed over, and nobody knows whether its provider has it.
ALTER TABLE tasks
    DROP CONSTRAINT tasks_state_check,
    ADD CONSTRAINT tasks_state CHECK (
        state IN ('minted', 'submit_unknown', 'dispatched', 'completed', 'failed', 'abandoned')
    ),
    DROP CONSTRAINT tasks_finished,
    ADD CONSTRAINT tasks_finished CHECK (
        (state IN ('minted', 'submit_unknown', 'dispatched')) = (finished_at IS NULL)
    ),
    DROP CONSTRAINT tasks_next_action,
    ADD CONSTRAINT tasks_next_action CHECK (
        (state IN ('minted', 'submit_unknown', 'dispatched')) = (next_action_at IS NOT NULL)
    );

DROP INDEX tasks_due, tasks_live_job, tasks_live_output;
CREATE INDEX tasks_due ON tasks (next_action_at) WHERE state IN ('minted', 'submit_unknown', 'dispatched');
CREATE UNIQUE INDEX tasks_live_job ON tasks (job_id)
    WHERE state IN ('minted', 'submit_unknown', 'dispatched') AND output_id IS NULL;
CREATE UNIQUE INDEX tasks_live_output ON tasks (output_id)
    WHERE state IN ('minted', 'submit_unknown', 'dispatched') AND output_id IS NOT NULL;
-- Providers that know one callback address only name the task by the id that they gave it.
CREATE INDEX tasks_external ON tasks (provider, external_id) WHERE external_id IS NOT NULL;

-- A version may also be known by a name that its authors gave it, such as 3.2.1.
ALTER TABLE style_versions ADD COLUMN label text CHECK (octet_length(label) BETWEEN 1 AND 64);
CREATE UNIQUE INDEX style_versions_label ON style_versions (tenant_id, package, label) NULLS NOT DISTINCT
    WHERE label IS NOT NULL;

-- The bytes of an artifact may be removed when its time is over; its row stays.
ALTER TABLE artifacts ADD COLUMN removed_at timestamptz;
DROP TRIGGER artifacts_fixed ON artifacts;
CREATE TRIGGER artifacts_fixed BEFORE UPDATE OF id, tenant_id, run_id, job_id, stage, attempt, name, sha256,
    size_bytes, media_type, location, created_at ON artifacts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every `serve` process that shares this database.
CREATE TABLE gateways (
    id text COLLATE "C" PRIMARY KEY,
    version text NOT NULL,
    schema_version bigint NOT NULL,
    state text NOT NULL DEFAULT 'serving' CHECK (state IN ('serving', 'draining', 'drained')),
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);

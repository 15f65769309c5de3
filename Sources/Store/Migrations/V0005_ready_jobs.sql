-- A pending job counts what it still waits for: the stages that it requires and, behind the review gate, the review.
-- So what may start is found by an index, however many runs are under way. Jobs of a run that has ended are never due.
ALTER TABLE jobs
    ADD COLUMN waits_for integer NOT NULL DEFAULT 0 CHECK (waits_for >= 0),
    -- Tenant and fingerprint of what is being computed: nobody else of the tenant computes the same meanwhile.
    ADD COLUMN computing text,
    ADD CONSTRAINT jobs_computing CHECK (computing IS NULL OR state = 'in_progress'),
    DROP CONSTRAINT jobs_run_id_position_key;

DROP INDEX jobs_open;

UPDATE jobs j
SET waits_for = (
    SELECT count(*)
    FROM jobs needed
    WHERE needed.run_id = j.run_id AND needed.stage = ANY (j.requires) AND needed.state <> 'completed'
)
WHERE j.state = 'pending';

UPDATE jobs j
SET not_before = 'infinity'
FROM runs r
WHERE r.id = j.run_id AND j.state = 'pending' AND r.state NOT IN ('started', 'analysis_complete');

CREATE INDEX jobs_ready ON jobs (not_before, id) WHERE state = 'pending' AND waits_for = 0 AND stage <> 'render';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_token IS NOT NULL;
CREATE UNIQUE INDEX jobs_computing_once ON jobs (computing) WHERE computing IS NOT NULL;

CREATE INDEX tasks_leased ON tasks (lease_until) WHERE lease_token IS NOT NULL;

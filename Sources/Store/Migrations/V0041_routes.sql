-- compatible_from: 28
-- A stage may be given to several providers: one after the other, or two at once.
ALTER TABLE jobs
    -- Providers that have given it up for good since it was made or reset.
    ADD COLUMN gave_up text[] NOT NULL DEFAULT '{}',
    -- Why, for whoever reads the record; a new attempt keeps them.
    ADD COLUMN route_warnings jsonb NOT NULL DEFAULT '[]',
    -- The attempt under which two providers did it at once, until it is known whose result counts.
    ADD COLUMN race_attempt integer CHECK (race_attempt > 0);

ALTER TABLE tasks
    ADD COLUMN has_fallback boolean NOT NULL DEFAULT false,
    ADD COLUMN is_racing boolean NOT NULL DEFAULT false;

-- A stage waits on one task at a time, and of two providers at once on one of each.
DROP INDEX tasks_live_job;
CREATE UNIQUE INDEX tasks_live_job ON tasks (job_id)
    WHERE state IN ('minted', 'submit_unknown', 'dispatched') AND output_id IS NULL AND NOT is_racing;
CREATE UNIQUE INDEX tasks_live_racing ON tasks (job_id, provider)
    WHERE state IN ('minted', 'submit_unknown', 'dispatched') AND is_racing;

-- What a task's provider makes of being given it twice; how often it lost the task while that waited in line, which
-- counts apart, since such a task cannot have been what broke the provider; and failed polls in a row.
ALTER TABLE tasks
    ADD COLUMN submission text NOT NULL DEFAULT 'idempotent'
        CHECK (submission IN ('idempotent', 'findable', 'blind')),
    ADD COLUMN waiting_losses integer NOT NULL DEFAULT 0 CHECK (waiting_losses >= 0),
    ADD COLUMN in_line boolean NOT NULL DEFAULT false,
    ADD COLUMN poll_failures integer NOT NULL DEFAULT 0 CHECK (poll_failures >= 0);

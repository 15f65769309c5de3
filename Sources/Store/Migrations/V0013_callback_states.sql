-- A callback can come before the reply to the dispatch that caused it. Of providers that know one callback address it
-- is then kept as 'unmatched', under the id that they gave the task, until a task has this id.
ALTER TABLE callbacks
    ADD COLUMN external_id text,
    DROP CONSTRAINT callbacks_state_check1,
    ADD CONSTRAINT callbacks_state CHECK (state IN ('stored', 'applied', 'rejected', 'quarantined', 'unmatched')),
    DROP CONSTRAINT callbacks_known,
    ADD CONSTRAINT callbacks_known CHECK (
        (state IN ('rejected', 'unmatched') OR task_id IS NOT NULL)
        AND (state <> 'unmatched' OR task_id IS NULL AND external_id IS NOT NULL)
    );

CREATE INDEX callbacks_unmatched ON callbacks (provider, external_id, message_id) WHERE state = 'unmatched';
CREATE INDEX callbacks_unmatched_since ON callbacks (received_at) WHERE state = 'unmatched';
-- Pages of the operators' list, newest first.
CREATE INDEX callbacks_unapplied ON callbacks (id DESC) WHERE state <> 'applied';

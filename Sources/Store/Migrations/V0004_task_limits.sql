-- How often a task ended badly and how often its provider forgot it: two limits, since a task that was lost with its
-- worker has done nothing wrong. Its attempt only tells what is stale, and rises with resets too.
ALTER TABLE tasks
    ADD COLUMN failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    ADD COLUMN losses integer NOT NULL DEFAULT 0 CHECK (losses >= 0);

-- compatible_from: 28
-- Since when the provider of a task has taken nothing, so that it is not waited for without end.
ALTER TABLE tasks ADD COLUMN busy_since timestamptz;

-- compatible_from: 14
-- What tells an endpoint that has failed for days from one that was seldom asked.

-- The last failure that was noted, at most one an hour, and in how many hours since `failing_since` there was one.
ALTER TABLE endpoints ADD COLUMN failed_at timestamptz;
ALTER TABLE endpoints ADD COLUMN failing_hours integer NOT NULL DEFAULT 0 CHECK (failing_hours >= 0);

-- How often a request was sent again at once within one attempt, since a connection that was kept had ended before it.
ALTER TABLE delivery_attempts ADD COLUMN resends integer NOT NULL DEFAULT 0 CHECK (resends >= 0);

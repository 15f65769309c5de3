-- compatible_from: 13
-- The lease tokens of a gateway begin with its mark, so that its leases are known when it is gone.
ALTER TABLE gateways
    ADD COLUMN mark text UNIQUE CHECK (mark ~ '^[0-9a-f]{8}$'),
    -- Since when its leases are free for the others; it beats on when it was only paused.
    ADD COLUMN freed_at timestamptz;

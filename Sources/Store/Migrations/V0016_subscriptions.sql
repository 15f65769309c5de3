-- compatible_from: 14
-- What a subscriber may set beyond an address and a list of events, and the keys that sign for an endpoint.

-- `paused` holds deliveries, `disabled` too, but by us, with the reason.
ALTER TABLE endpoints DROP CONSTRAINT endpoints_state_check;
ALTER TABLE endpoints ADD CONSTRAINT endpoints_state_check CHECK (state IN ('enabled', 'paused', 'disabled'));

-- Names and values that are sent with every attempt.
ALTER TABLE endpoints ADD COLUMN headers jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(headers) = 'object');
-- Attempts begun a second and under way at once; NULL is the gateway's own limit.
ALTER TABLE endpoints ADD COLUMN rate_per_second integer CHECK (rate_per_second BETWEEN 1 AND 10000);
ALTER TABLE endpoints ADD COLUMN in_flight_max integer CHECK (in_flight_max BETWEEN 1 AND 100);
-- `run`: the messages of a run go out one after the other, each when the one before it has ended.
ALTER TABLE endpoints ADD COLUMN ordering text NOT NULL DEFAULT 'none' CHECK (ordering IN ('none', 'run'));
ALTER TABLE endpoints ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
-- The first failure since the last success; NULL while the endpoint is well.
ALTER TABLE endpoints ADD COLUMN failing_since timestamptz;

-- Keys beside `endpoints.secret`, the current symmetric one: older ones until they expire, and Ed25519 keys.
CREATE TABLE endpoint_keys (
    id text COLLATE "C" PRIMARY KEY,
    endpoint_id text COLLATE "C" NOT NULL REFERENCES endpoints ON DELETE CASCADE,
    scheme text NOT NULL CHECK (scheme IN ('v1', 'v1a')),
    secret text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- NULL is the current key of its scheme.
    expires_at timestamptz
);

CREATE UNIQUE INDEX endpoint_keys_current ON endpoint_keys (endpoint_id, scheme) WHERE expires_at IS NULL;
CREATE INDEX endpoint_keys_endpoint ON endpoint_keys (endpoint_id);

-- A message that is replayed keeps its id and its one delivery for an endpoint, and counts how often it was.
ALTER TABLE deliveries ADD COLUMN replays integer NOT NULL DEFAULT 0 CHECK (replays >= 0);

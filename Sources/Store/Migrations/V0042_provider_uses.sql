-- compatible_from: 28
-- What providers were given, so that all gateways together keep to what each may be given in a minute and in a day.
CREATE TABLE provider_uses (
    task_id text COLLATE "C" NOT NULL,
    attempt integer NOT NULL CHECK (attempt > 0),
    provider text NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now(),
    media_ms bigint NOT NULL CHECK (media_ms >= 0),
    renders integer NOT NULL CHECK (renders >= 0),
    PRIMARY KEY (task_id, attempt)
);
CREATE INDEX provider_uses_lately ON provider_uses (provider, used_at);

-- What a provider has now, and how its last tasks ended.
CREATE INDEX tasks_at_provider ON tasks (provider) WHERE state IN ('submit_unknown', 'dispatched');
CREATE INDEX tasks_ended ON tasks (provider, finished_at DESC) WHERE state IN ('completed', 'failed');

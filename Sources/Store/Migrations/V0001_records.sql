-- Ids sort by the time of their making when they are compared byte by byte, so every id column says COLLATE "C".

CREATE TABLE tenants (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
    id text COLLATE "C" PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    name text NOT NULL,
    digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    scopes text[] NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idempotency_keys (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    key text NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
    route text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, key)
);

CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

CREATE TABLE assets (
    id text COLLATE "C" PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    location text NOT NULL,
    media jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, sha256)
);

-- A style without a tenant is built in and seen by every tenant.
CREATE TABLE style_versions (
    id text COLLATE "C" PRIMARY KEY,
    tenant_id text COLLATE "C" REFERENCES tenants,
    package text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    digest text NOT NULL,
    document bytea NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (tenant_id, package, version)
);

CREATE TABLE style_assets (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    location text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE runs (
    id text COLLATE "C" PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    workflow text NOT NULL,
    state text NOT NULL DEFAULT 'started' CHECK (
        state IN ('started', 'analysis_complete', 'fully_generated', 'failed', 'delivery_failed', 'cancelled')
    ),
    source_url text,
    source_asset_id text COLLATE "C" REFERENCES assets,
    style_package text NOT NULL,
    style_version integer NOT NULL,
    style_digest text NOT NULL,
    options jsonb NOT NULL,
    metadata jsonb NOT NULL,
    external_id text,
    rerun_of text COLLATE "C" REFERENCES runs,
    composition_location text,
    problem jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz NOT NULL DEFAULT now(),
    analysis_completed_at timestamptz,
    finished_at timestamptz,
    failed_at timestamptz,
    cancelled_at timestamptz,
    CONSTRAINT runs_source CHECK (source_url IS NOT NULL OR source_asset_id IS NOT NULL),
    CONSTRAINT runs_finished CHECK ((state IN ('started', 'analysis_complete')) = (finished_at IS NULL)),
    CONSTRAINT runs_analysis CHECK (
        (state NOT IN ('analysis_complete', 'fully_generated', 'delivery_failed')
            OR analysis_completed_at IS NOT NULL)
        AND (state <> 'started' OR analysis_completed_at IS NULL)
    ),
    CONSTRAINT runs_failed CHECK ((state = 'failed') = (failed_at IS NOT NULL)),
    CONSTRAINT runs_failed_problem CHECK (state <> 'failed' OR problem IS NOT NULL),
    CONSTRAINT runs_cancelled CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
);

CREATE INDEX runs_tenant ON runs (tenant_id, id DESC);
CREATE INDEX runs_live ON runs (id) WHERE state IN ('started', 'analysis_complete');

-- `requires` is the workflow's graph as it was when the run was accepted; `tries` counts attempts that ended badly
-- towards the limit, while `attempt` counts all of them.
CREATE TABLE jobs (
    id text COLLATE "C" PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    stage text NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    requires text[] NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'in_progress', 'completed', 'failed')),
    attempt integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
    progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    provider text,
    fingerprint text,
    reused_from text COLLATE "C" REFERENCES jobs,
    warnings jsonb NOT NULL DEFAULT '[]',
    usage jsonb,
    problem jsonb,
    not_before timestamptz NOT NULL DEFAULT now(),
    lease_token uuid,
    lease_until timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE (run_id, stage),
    UNIQUE (run_id, position),
    CONSTRAINT jobs_finished CHECK ((state IN ('completed', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT jobs_started CHECK (state NOT IN ('in_progress', 'completed') OR (started_at IS NOT NULL AND attempt > 0)),
    CONSTRAINT jobs_failed CHECK (state <> 'failed' OR problem IS NOT NULL),
    CONSTRAINT jobs_lease CHECK ((lease_token IS NULL) = (lease_until IS NULL)),
    CONSTRAINT jobs_lease_state CHECK (lease_token IS NULL OR state = 'in_progress')
) WITH (fillfactor = 70);

CREATE INDEX jobs_open ON jobs (run_id) WHERE state IN ('pending', 'in_progress');
CREATE INDEX jobs_fingerprint ON jobs (fingerprint, finished_at DESC) WHERE state = 'completed';

CREATE TABLE artifacts (
    id text COLLATE "C" PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    job_id text COLLATE "C" NOT NULL REFERENCES jobs,
    stage text NOT NULL,
    attempt integer NOT NULL CHECK (attempt > 0),
    name text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    media_type text NOT NULL,
    location text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (job_id, attempt, name)
);

CREATE INDEX artifacts_run ON artifacts (run_id, id DESC);

CREATE TABLE outputs (
    id text COLLATE "C" PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    clip text NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    rank integer NOT NULL CHECK (rank > 0),
    title text NOT NULL,
    score double precision NOT NULL,
    details jsonb NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'rendering', 'rendered', 'failed')),
    progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    qc jsonb,
    warnings jsonb NOT NULL DEFAULT '[]',
    problem jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (run_id, clip),
    UNIQUE (run_id, ordinal),
    CONSTRAINT outputs_finished CHECK ((state IN ('rendered', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT outputs_failed CHECK (state <> 'failed' OR problem IS NOT NULL)
);

CREATE TABLE renditions (
    output_id text COLLATE "C" NOT NULL REFERENCES outputs ON DELETE CASCADE,
    aspect_ratio text NOT NULL CHECK (aspect_ratio IN ('9:16', '1:1', '16:9')),
    artifact_id text COLLATE "C" NOT NULL REFERENCES artifacts,
    thumbnail_id text COLLATE "C" REFERENCES artifacts,
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    duration_ms bigint NOT NULL CHECK (duration_ms > 0),
    PRIMARY KEY (output_id, aspect_ratio)
);

-- One piece of delegated work. Its attempt rises when it is dispatched anew under the same id; `cancel_at` is set
-- while its provider is still to be told that nobody wants it any more.
CREATE TABLE tasks (
    id text COLLATE "C" PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    job_id text COLLATE "C" NOT NULL REFERENCES jobs,
    output_id text COLLATE "C" REFERENCES outputs ON DELETE SET NULL,
    job_attempt integer NOT NULL CHECK (job_attempt > 0),
    provider text NOT NULL,
    kind text NOT NULL,
    attempt integer NOT NULL DEFAULT 1 CHECK (attempt > 0),
    state text NOT NULL DEFAULT 'minted' CHECK (
        state IN ('minted', 'dispatched', 'completed', 'failed', 'abandoned')
    ),
    token_digest bytea NOT NULL UNIQUE CHECK (octet_length(token_digest) = 32),
    external_id text,
    dispatches integer NOT NULL DEFAULT 0,
    polls integer NOT NULL DEFAULT 0,
    progress double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    problem jsonb,
    deadline_ms bigint NOT NULL CHECK (deadline_ms > 0),
    deadline_at timestamptz NOT NULL,
    next_action_at timestamptz,
    cancel_at timestamptz,
    lease_token uuid,
    lease_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    dispatched_at timestamptz,
    finished_at timestamptz,
    CONSTRAINT tasks_finished CHECK ((state IN ('minted', 'dispatched')) = (finished_at IS NULL)),
    CONSTRAINT tasks_next_action CHECK ((state IN ('minted', 'dispatched')) = (next_action_at IS NOT NULL)),
    CONSTRAINT tasks_dispatched CHECK (state <> 'dispatched' OR external_id IS NOT NULL),
    CONSTRAINT tasks_cancel CHECK (cancel_at IS NULL OR state = 'abandoned'),
    CONSTRAINT tasks_lease CHECK ((lease_token IS NULL) = (lease_until IS NULL))
) WITH (fillfactor = 70);

CREATE INDEX tasks_due ON tasks (next_action_at) WHERE state IN ('minted', 'dispatched');
CREATE INDEX tasks_cancel_due ON tasks (cancel_at) WHERE cancel_at IS NOT NULL;
CREATE INDEX tasks_job ON tasks (job_id);
CREATE INDEX tasks_run ON tasks (run_id);
-- A stage waits on one task at a time, a short likewise.
CREATE UNIQUE INDEX tasks_live_job ON tasks (job_id)
    WHERE state IN ('minted', 'dispatched') AND output_id IS NULL;
CREATE UNIQUE INDEX tasks_live_output ON tasks (output_id)
    WHERE state IN ('minted', 'dispatched') AND output_id IS NOT NULL;

CREATE TABLE uploads (
    task_id text COLLATE "C" NOT NULL REFERENCES tasks ON DELETE CASCADE,
    name text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    media_type text NOT NULL,
    location text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, name)
);

CREATE TABLE events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text COLLATE "C" NOT NULL UNIQUE,
    run_id text COLLATE "C" NOT NULL REFERENCES runs,
    type text NOT NULL,
    stage text,
    output_id text COLLATE "C",
    attempt integer,
    problem jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX events_run ON events (run_id, sequence);

-- What came in at /v1/callbacks, before anything was made of it. A message id is taken only by a callback that
-- verified: a forger must not be able to use up the id of the real one.
CREATE TABLE callbacks (
    id text COLLATE "C" PRIMARY KEY,
    task_id text COLLATE "C" NOT NULL REFERENCES tasks,
    provider text NOT NULL,
    message_id text NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    body_sha256 text NOT NULL,
    state text NOT NULL CHECK (state IN ('stored', 'applied', 'rejected', 'quarantined')),
    reason text,
    result text,
    lease_token uuid,
    lease_until timestamptz,
    received_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT callbacks_applied CHECK ((state = 'applied') = (result IS NOT NULL)),
    CONSTRAINT callbacks_lease CHECK ((lease_token IS NULL) = (lease_until IS NULL))
);

CREATE UNIQUE INDEX callbacks_message ON callbacks (task_id, message_id) WHERE state IN ('stored', 'applied');
CREATE INDEX callbacks_due ON callbacks (received_at) WHERE state = 'stored';
CREATE INDEX callbacks_task ON callbacks (task_id);

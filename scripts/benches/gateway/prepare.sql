INSERT INTO tenants (id, name) VALUES ('ten_00000000000000000000000001', 'default');

INSERT INTO api_keys (id, tenant_id, name, digest, scopes)
SELECT 'key_' || lpad(n::text, 26, '0'), 'ten_00000000000000000000000001', 'other', sha256(('other-' || n)::bytea),
    '{runs:read}'
FROM generate_series(1, 999) AS n;

INSERT INTO style_versions (id, package, version, digest, document, label)
VALUES ('sty_00000000000000000000000001', 'vertical-captions', 7, repeat('5', 64), '{}', '3.2.1');

INSERT INTO endpoints (id, tenant_id, url, event_types, secret)
VALUES ('ep_00000000000000000000000001', 'ten_00000000000000000000000001', :'sink', '{delivery.completed}', :'secret');

-- 26 characters of an id: the time, which ids sort by, and chance.
CREATE FUNCTION bench_id() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0')
        || substr(md5(random()::text), 1, 12)
$$;

CREATE FUNCTION bench_options() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"shorts": {"max_count": 40, "min_duration_ms": 15000, "max_duration_ms": 60000, "aspect_ratios": ["9:16"],
        "keywords": [], "exclude_ranges_ms": []}, "review": "none", "reuse": true, "providers": {}}'::jsonb
$$;

CREATE FUNCTION bench_details() RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"subscores": {"hook": 80, "standalone": 80, "value": 80, "shareability": 80, "energy": 80},
        "reason": "a strong opening", "transcript": {"text": "hello", "words": []}, "source_ranges_ms": [],
        "duration_ms": 30000, "warnings": []}'::jsonb
$$;

-- Runs whose analysis is over, with `k` shorts each that a renderer has in hand. The ids of shorts and renders are
-- numbered from `first` on, so that a client that only counts can name them.
CREATE FUNCTION bench_seed(count integer, k integer, first integer DEFAULT 0)
RETURNS TABLE (output_id text, render_id text, run_id text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS seeded (n integer, id text, job_id text);
    TRUNCATE seeded;
    INSERT INTO seeded SELECT n, 'run_' || bench_id(), 'job_' || bench_id() FROM generate_series(0, count - 1) AS n;
    INSERT INTO runs (id, tenant_id, workflow, state, source_url, style_package, style_version, style_digest, options,
        metadata, analysis_completed_at, composition_location, outputs_open)
    SELECT s.id, 'ten_00000000000000000000000001', 'shorts.v1', 'analysis_complete', 'https://media.example.com/a.mp4',
        'vertical-captions', 7, repeat('5', 64), bench_options(), '{}', now(), 'x', k
    FROM seeded s;
    INSERT INTO jobs (id, run_id, stage, position, requires, state, attempt, started_at)
    SELECT s.job_id, s.id, 'render', 12, '{compose}', 'in_progress', 1, now() FROM seeded s;
    INSERT INTO outputs (id, run_id, clip, ordinal, rank, title, score, details, state)
    SELECT 'out_' || lpad((first + s.n * k + i)::text, 26, '0'), s.id, 'clip-0' || i + 1, i + 1, i + 1, 'Short', 80,
        bench_details(), 'rendering'
    FROM seeded s, generate_series(0, k - 1) AS i;
    INSERT INTO tasks (id, run_id, job_id, output_id, job_attempt, provider, kind, state, token_digest, external_id,
        dispatches, deadline_ms, deadline_at, next_action_at, dispatched_at)
    SELECT 'tsk_' || lpad((first + s.n * k + i)::text, 26, '0'), s.id, s.job_id,
        'out_' || lpad((first + s.n * k + i)::text, 26, '0'), 1, 'render-hook', 'render', 'dispatched',
        sha256(('token ' || first + s.n * k + i)::bytea), 'render-' || first + s.n * k + i, 1, 3600000,
        now() + interval '1 hour', now() + interval '1 hour', now()
    FROM seeded s, generate_series(0, k - 1) AS i;
    RETURN QUERY
    SELECT 'out_' || lpad((first + s.n * k + i)::text, 26, '0'), 'render-' || first + s.n * k + i, s.id
    FROM seeded s, generate_series(0, k - 1) AS i;
END
$$;

-- The same for the generator, which calls it again and again.
CREATE SEQUENCE bench_first;
CREATE FUNCTION bench_seed_next(count integer, k integer)
RETURNS TABLE (output_id text, render_id text, run_id text) LANGUAGE sql AS $$
    SELECT * FROM bench_seed(count, k, (nextval('bench_first') * 10000000)::integer)
$$;

-- Runs that have ended, with all that they leave behind; nothing is checked that the schema would.
CREATE FUNCTION bench_finished(count integer) RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
    CREATE TEMP TABLE IF NOT EXISTS finished (id text, at timestamptz);
    TRUNCATE finished;
    INSERT INTO finished
    SELECT 'run_' || bench_id(), now() - interval '1 day' * random() * 30 FROM generate_series(1, count);
    INSERT INTO runs (id, tenant_id, workflow, state, source_url, style_package, style_version, style_digest, options,
        metadata, created_at, started_at, analysis_completed_at, finished_at, composition_location)
    SELECT f.id, 'ten_00000000000000000000000001', 'shorts.v1', 'fully_generated', 'https://media.example.com/a.mp4',
        'vertical-captions', 7, repeat('5', 64), bench_options(), '{}', f.at, f.at, f.at, f.at, 'x'
    FROM finished f;
    INSERT INTO jobs (id, run_id, stage, position, requires, state, attempt, progress, fingerprint, started_at,
        finished_at)
    SELECT 'job_' || substr(f.id, 5, 25) || substr('0123456789abcdefghjkmnpqrstvwxyz', s.position::integer + 1, 1), f.id,
        s.stage, s.position, '{}', 'completed', 1, 1, md5(f.id || s.stage), f.at, f.at
    FROM finished f, unnest('{transcode,transcribe,segment,plan,enhance-plan,prepare-media,framing,audio-plan,
        enhance-build,prepare-finalize,compose,render}'::text[]) WITH ORDINALITY AS s (stage, position);
    INSERT INTO outputs (id, run_id, clip, ordinal, rank, title, score, details, state, progress, finished_at)
    SELECT 'out_' || substr(f.id, 5, 25) || i, f.id, 'clip-0' || i, i, i, 'Short', 80, bench_details(), 'rendered', 1, f.at
    FROM finished f, generate_series(1, 4) AS i;
    INSERT INTO tasks (id, run_id, job_id, output_id, job_attempt, provider, kind, state, token_digest, external_id,
        dispatches, deadline_ms, deadline_at, dispatched_at, finished_at)
    SELECT 'tsk_' || substr(f.id, 5, 25) || i, f.id, 'job_' || substr(f.id, 5, 25) || 'c',
        'out_' || substr(f.id, 5, 25) || i, 1, 'render-hook', 'render', 'completed', sha256((f.id || i)::bytea),
        'old-' || f.id || i, 1, 3600000, f.at, f.at, f.at
    FROM finished f, generate_series(1, 4) AS i;
END
$$;

-- What the gateway asks of the database for one callback of a render hook, as Sources/Store/Callbacks does it; every
-- fourth ends a run. Counts per client; bench_seed has numbered the renders.
\set n :n + 1
\set k :n * @CLIENTS@ + :client_id
BEGIN;
WITH named AS MATERIALIZED (
    SELECT given.place, task.id, task.run_id, task.created_at
    FROM unnest('{0}'::bigint[], '{render-hook}'::text[], '{NULL}'::bytea[], ARRAY['render-' || :k])
        AS given (place, provider, token_digest, external_id)
    CROSS JOIN LATERAL (
        SELECT t.id, t.run_id, t.created_at
        FROM tasks t
        WHERE t.token_digest = given.token_digest AND t.provider = given.provider
        UNION ALL
        (SELECT t.id, t.run_id, t.created_at
        FROM tasks t
        WHERE t.provider = given.provider AND t.external_id = given.external_id
        ORDER BY t.created_at DESC
        LIMIT 1)
    ) task
)
SELECT named.place, named.id, named.created_at, r.id AS run_id, r.tenant_id, r.state, r.outputs_open
FROM named
JOIN runs r ON r.id = named.run_id
ORDER BY r.id
FOR NO KEY UPDATE OF r
\gset
SELECT named.place, t.id, t.run_id, t.output_id, t.job_id, t.attempt, t.external_id, t.state AS task_state,
    j.attempt AS job_attempt, j.attempt = t.job_attempt AND j.state = 'in_progress' AS is_wanted,
    o.state AS output_state, known.body_sha256,
    EXISTS (SELECT 1 FROM outputs f WHERE f.run_id = t.run_id AND f.state = 'failed') AS has_failed_shorts
FROM unnest('{0}'::bigint[], ARRAY[:id], ARRAY['evt_' || :k]) AS named (place, task_id, message_id)
JOIN tasks t ON t.id = named.task_id
JOIN jobs j ON j.id = t.job_id
LEFT JOIN outputs o ON o.id = t.output_id
LEFT JOIN LATERAL (
    SELECT c.body_sha256
    FROM callbacks c
    WHERE c.task_id = named.task_id AND c.message_id = named.message_id
        AND c.state IN ('stored', 'applied') AND c.received_at BETWEEN :created_at AND now() + interval '1 hour'
    LIMIT 1
) known ON true
\gset
\set open :outputs_open - 1
WITH ended AS (
    UPDATE tasks t
    SET state = 'completed', finished_at = now(), next_action_at = NULL, lease_token = NULL,
        lease_until = NULL, problem = NULL, progress = 1
    FROM unnest(ARRAY[:id], '{1}'::bigint[], '{"[]"}'::jsonb[]) AS done (id, attempt, warnings)
    WHERE t.id = done.id AND t.attempt = done.attempt
        AND t.state IN ('minted', 'submit_unknown', 'dispatched')
    RETURNING t.output_id, done.warnings
), rendered AS (
    UPDATE outputs o
    SET state = 'rendered', progress = 1, finished_at = now(), warnings = o.warnings || ended.warnings,
        problem = NULL, waits_on = NULL
    FROM ended
    WHERE o.id = ended.output_id AND o.state IN ('pending', 'rendering')
    RETURNING o.id
), counted AS (
    UPDATE runs r
    SET outputs_open = new.outputs_open, state = new.state,
        finished_at = CASE WHEN new.state <> 'analysis_complete' THEN now() END
    FROM unnest(ARRAY[:run_id], ARRAY[:open::bigint],
        ARRAY[CASE WHEN :open::bigint = 0 THEN 'fully_generated' ELSE 'analysis_complete' END])
        AS new (id, outputs_open, state)
    WHERE r.id = new.id AND r.state = 'analysis_complete'
    RETURNING r.id
), closed AS (
    UPDATE jobs j
    SET state = 'completed', progress = 1, finished_at = now(), problem = NULL
    WHERE j.run_id = ANY(CASE WHEN :open::bigint = 0 THEN ARRAY[:run_id] ELSE '{}'::text[] END) AND j.stage = 'render'
        AND j.state = 'in_progress'
), logged AS (
    INSERT INTO events (id, run_id, type, stage, output_id, attempt)
    SELECT id, run_id, type, stage, output_id, attempt
    FROM unnest(
        CASE WHEN :open::bigint = 0 THEN ARRAY['evt_1', 'evt_2', 'evt_3'] ELSE '{evt_1}'::text[] END,
        CASE WHEN :open::bigint = 0 THEN ARRAY[:run_id, :run_id, :run_id] ELSE ARRAY[:run_id] END,
        CASE WHEN :open::bigint = 0 THEN ARRAY['output.rendered', 'job.completed', 'delivery.completed']
            ELSE '{output.rendered}'::text[] END,
        CASE WHEN :open::bigint = 0 THEN ARRAY[NULL, 'render', NULL] ELSE '{NULL}'::text[] END,
        CASE WHEN :open::bigint = 0 THEN ARRAY[:output_id, NULL, NULL] ELSE ARRAY[:output_id] END,
        CASE WHEN :open::bigint = 0 THEN ARRAY[NULL, 1, NULL]::bigint[] ELSE '{NULL}'::bigint[] END
    ) WITH ORDINALITY AS new (id, run_id, type, stage, output_id, attempt, place)
    ORDER BY place
)
SELECT (SELECT count(*) FROM rendered) AS shorts, (SELECT count(*) FROM counted) AS runs;
SELECT id, tenant_id, event_types, state FROM endpoints WHERE tenant_id = ANY(ARRAY[:tenant_id]) ORDER BY id;
INSERT INTO callbacks (id, task_id, provider, external_id, message_id, headers, body, body_sha256, state,
    reason, result, finished_at)
SELECT id, task_id, provider, external_id, message_id, headers, body, body_sha256, state, reason, result,
    CASE WHEN state = 'applied' THEN now() END
FROM unnest(ARRAY['cb_' || :k], ARRAY[:id], '{render-hook}'::text[], ARRAY['render-' || :k], ARRAY['evt_' || :k],
    ARRAY['{"content-type": "application/json"}'::jsonb],
    ARRAY[convert_to('{"event_id": "evt_0123456789abcdef0123456789abcdef", "render_id": "render-10000000", "output_id": "out_00000000000000000010000000", "status": "rendered"}', 'UTF8')],
    ARRAY[repeat('a', 64)], '{applied}'::text[], '{NULL}'::text[], '{applied}'::text[])
    AS new (id, task_id, provider, external_id, message_id, headers, body, body_sha256, state, reason, result);
COMMIT;

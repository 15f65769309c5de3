-- compatible_from: 14
-- What tells of an accepted run says its own id and where the run can be read again, as all other messages do. It is
-- written for endpoints that are paused or disabled too, which get it when they are enabled again, and for tenants that
-- read their feed. The acceptance says whether anybody is told: waking the deliveries for nothing costs a look at the
-- table. A gateway that does not know the marks sends none, and works on.

DROP FUNCTION accept_runs(
    text, text[], text[], text[], text[], text[], text[], text[], bigint[], text[], jsonb[], jsonb[], text[], jsonb[],
    text[], text[], bytea[], text[], text, text
);

-- Accepts runs, none of them under the same key as another of them, and tells of each what came of it: `fresh`,
-- `in_use` (a request with its key is under way) or `kept` (there was one; here is its answer). `is_told` where there may
-- be something to deliver now.
--
-- `answers` have U+0001 for the time of the acceptance and U+0002 for the jobs, `message_head` and `message_tail` U+0003
-- for the message and U+0004 for the run: none of them can be in a JSON text.
CREATE FUNCTION accept_runs(
    workflow text, stages text[], needs text[], ids text[], tenants text[], source_urls text[], source_assets text[],
    packages text[], versions bigint[], digests text[], options jsonb[], metadata jsonb[], externals text[],
    provided jsonb[], keys text[], routes text[], fingerprints bytea[], answers text[], message_head text,
    message_tail text
) RETURNS TABLE (
    place integer, outcome text, accepted_at timestamptz, route text, fingerprint bytea, status integer, headers jsonb,
    body bytea, run_id text, run_stages text[], is_told boolean
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    free boolean[];
    fresh boolean[];
    told text[];
    readers text[];
    moment text := to_char(now() AT TIME ZONE 'UTC' + interval '500 microseconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
BEGIN
    -- The lock, not the row, tells that a first request is under way, since its row is not committed yet. The next
    -- statement sees what was committed before the lock was free.
    SELECT array_agg(
        n.key IS NULL OR pg_try_advisory_xact_lock(hashtextextended(n.tenant || ' ' || n.key, 0)) ORDER BY n.place
    )
    INTO free
    FROM unnest(tenants, keys) WITH ORDINALITY AS n (tenant, key, place);

    SELECT array_agg(
        n.free AND NOT EXISTS (
            SELECT 1
            FROM idempotency_keys i
            WHERE i.tenant_id = n.tenant AND i.key = n.key AND i.created_at >= now() - interval '1 day'
                AND i.created_at < now() + interval '1 hour'
        ) ORDER BY n.place
    )
    INTO fresh
    FROM unnest(tenants, keys, free) WITH ORDINALITY AS n (tenant, key, free, place);

    PERFORM insert_runs(fresh, accept_runs.workflow, stages, needs, ids, tenants, source_urls, source_assets, packages,
        versions, digests, accept_runs.options, accept_runs.metadata, externals, array_fill(NULL::text,
        ARRAY[cardinality(ids)]), accept_runs.provided);

    INSERT INTO events (id, run_id, type)
    SELECT 'evt_' || substr(n.id, 5), n.id, 'run.started'
    FROM unnest(fresh, ids) AS n (fresh, id)
    WHERE n.fresh;

    -- Locked, so that one whose row is removed at this moment cannot fail the acceptance; it is not told, nor waited for.
    SELECT array_agg(e.id)
    INTO told
    FROM (
        SELECT e.id
        FROM endpoints e
        WHERE e.tenant_id = ANY (tenants) AND e.deleted_at IS NULL
            AND (e.event_types = '{}' OR 'run.started' = ANY (e.event_types))
        FOR KEY SHARE SKIP LOCKED
    ) e;
    SELECT array_agg(t.id)
    INTO readers
    FROM tenants t
    WHERE t.id = ANY (tenants) AND t.feed_read_at > now() - interval '30 days';
    IF told IS NOT NULL OR readers IS NOT NULL THEN
        INSERT INTO messages (id, tenant_id, run_id, event_type, payload)
        SELECT 'msg_' || substr(n.id, 5), n.tenant, n.id, 'run.started', convert_to(
            replace(
                replace(message_head, U&'\0004', n.id) || replace(n.answer, U&'\0002', '')
                    || replace(message_tail, U&'\0003', 'msg_' || substr(n.id, 5)),
                U&'\0001', moment
            ), 'UTF8'
        )
        FROM unnest(fresh, ids, tenants, answers) AS n (fresh, id, tenant, answer)
        WHERE n.fresh AND (n.tenant = ANY (readers) OR EXISTS (
            SELECT 1
            FROM endpoints e
            WHERE e.id = ANY (told) AND e.tenant_id = n.tenant
        ));
        -- By the clock of this statement, so the messages of a run are due in their order.
        INSERT INTO deliveries (id, message_id, endpoint_id, next_attempt_at)
        SELECT 'dlv_' || substr(n.id, 5, 24) || substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + e.number / 32, 1)
            || substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + e.number % 32, 1), 'msg_' || substr(n.id, 5), e.id,
            clock_timestamp()
        FROM unnest(fresh, ids, tenants) AS n (fresh, id, tenant)
        JOIN LATERAL (
            SELECT e.id, row_number() OVER (ORDER BY e.id)::integer AS number
            FROM endpoints e
            WHERE e.id = ANY (told) AND e.tenant_id = n.tenant
        ) e ON true
        WHERE n.fresh;
    END IF;

    INSERT INTO idempotency_keys (tenant_id, key, route, fingerprint, status, headers, body, run_id)
    SELECT n.tenant, n.key, n.route, n.fingerprint, 202, '{}', convert_to(n.answer, 'UTF8'), n.id
    FROM unnest(fresh, ids, tenants, keys, routes, fingerprints, answers)
        AS n (fresh, id, tenant, key, route, fingerprint, answer)
    WHERE n.fresh AND n.key IS NOT NULL;

    RETURN QUERY
    SELECT n.place::integer, CASE WHEN n.fresh THEN 'fresh' ELSE 'in_use' END, now(), NULL::text, NULL::bytea,
        NULL::integer, NULL::jsonb, NULL::bytea, NULL::text, NULL::text[], n.fresh AND told IS NOT NULL
    FROM unnest(free, fresh) WITH ORDINALITY AS n (free, fresh, place)
    WHERE n.fresh OR NOT n.free;

    IF (free = fresh) IS NOT TRUE THEN
        RETURN QUERY
        SELECT n.place::integer, 'kept', i.created_at, i.route, i.fingerprint, i.status, i.headers, i.body, i.run_id,
            (SELECT array_agg(j.stage ORDER BY j.position) FROM jobs j WHERE j.run_id = i.run_id), false
        FROM unnest(tenants, keys, free, fresh) WITH ORDINALITY AS n (tenant, key, free, fresh, place)
        JOIN idempotency_keys i ON i.tenant_id = n.tenant AND i.key = n.key
            AND i.created_at >= now() - interval '1 day' AND i.created_at < now() + interval '1 hour'
        WHERE n.free AND NOT n.fresh;
    END IF;
END
$$;

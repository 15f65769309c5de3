-- compatible_from: 14
-- What tells of an accepted run names the endpoints that only the table tells of.

-- Leases the deliveries of `run.started` of a run that this transaction has accepted, but those to endpoints that are
-- `unwell`, and puts those to ordered endpoints in their order. Without `lease_seconds` none are leased.
--
-- Tells of each that is leased its id, token and endpoint, the message's text, and the enabled endpoints whose deliveries
-- are left to the table.
CREATE OR REPLACE FUNCTION lease_started(run text, lease_mark text, lease_seconds bigint, unwell text[]) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    message text := 'msg_' || substr(run, 5);
    leased jsonb;
    spilled jsonb;
BEGIN
    WITH new AS MATERIALIZED (
        SELECT e.id, e.state = 'enabled' AS is_enabled, e.ordering = 'run' AS is_ordered,
            lease_seconds IS NOT NULL AND e.state = 'enabled' AND e.ordering <> 'run' AND NOT e.id = ANY (unwell)
                AS is_leased,
            overlay(
                gen_random_uuid()::text PLACING coalesce(lease_mark, '') FROM 1 FOR length(coalesce(lease_mark, ''))
            )::uuid AS token
        FROM deliveries own
        JOIN endpoints e ON e.id = own.endpoint_id AND e.deleted_at IS NULL
        WHERE own.message_id = message
    ), updated AS (
        UPDATE deliveries d
        SET lease_token = CASE WHEN new.is_leased THEN new.token END,
            lease_until = CASE WHEN new.is_leased THEN clock_timestamp() + lease_seconds * interval '1 second' END,
            ordered_run = CASE WHEN new.is_ordered THEN run END,
            ordered_place = CASE WHEN new.is_ordered THEN nextval('deliveries_order') * 1000000 END
        FROM new
        WHERE d.message_id = message AND d.endpoint_id = new.id AND (new.is_leased OR new.is_ordered)
        RETURNING d.id, d.lease_token, d.endpoint_id
    )
    SELECT (
        SELECT jsonb_agg(jsonb_build_object('id', id, 'token', lease_token, 'endpoint_id', endpoint_id))
        FROM updated
        WHERE lease_token IS NOT NULL
    ), (
        SELECT jsonb_agg(id) FROM new WHERE is_enabled AND NOT is_leased
    )
    INTO leased, spilled;
    RETURN jsonb_build_object(
        'deliveries', coalesce(leased, '[]'), 'spilled', coalesce(spilled, '[]'),
        -- For gateways that are told no more than that.
        'is_spilled', spilled IS NOT NULL,
        'payload', CASE WHEN leased IS NOT NULL THEN
            (SELECT convert_from(m.payload, 'UTF8') FROM messages m WHERE m.id = message)
        END
    );
END
$$;

-- compatible_from: 14
-- What a subscriber sees of deliveries and may have again: attempts in full, replays, and a feed of events.

-- The filter as its owner wrote it. `event_types` has its patterns and the types that they stand for, so a gateway
-- that does not know patterns finds the same types. NULL: written before there were patterns.
ALTER TABLE endpoints ADD COLUMN event_filters text[];

-- The first line and the headers of the request as they were sent, and the parts of the time that it took.
ALTER TABLE delivery_attempts ADD COLUMN request_head text CHECK (octet_length(request_head) <= 32768);
ALTER TABLE delivery_attempts ADD COLUMN dns_ms bigint;
ALTER TABLE delivery_attempts ADD COLUMN connect_ms bigint;
ALTER TABLE delivery_attempts ADD COLUMN tls_ms bigint;
ALTER TABLE delivery_attempts ADD COLUMN first_byte_ms bigint;

-- How many attempts there were when the delivery was last replayed: the pauses between attempts begin anew then.
ALTER TABLE deliveries ADD COLUMN replayed_from integer NOT NULL DEFAULT 0 CHECK (replayed_from >= 0);
-- A delivery that has ended goes back to pending by a replay only.
DROP TRIGGER deliveries_terminal ON deliveries;
CREATE TRIGGER deliveries_terminal BEFORE UPDATE OF state ON deliveries FOR EACH ROW
    WHEN (NEW.state <> 'pending' OR NEW.replays <= OLD.replays)
    EXECUTE FUNCTION refuse_leaving_terminal_state('delivered', 'exhausted');
CREATE INDEX deliveries_exhausted ON deliveries (endpoint_id, id DESC) WHERE state = 'exhausted';

-- An empty payload with the time when retention took it: no honest payload is empty.
ALTER TABLE messages ADD COLUMN payload_removed_at timestamptz;
CREATE INDEX messages_kept ON messages (created_at) WHERE payload_removed_at IS NULL;

-- The transaction that wrote a message. Numbers below the oldest transaction that still runs are final: nothing is
-- added among them any more, so whoever reads up to there in this order misses nothing.
ALTER TABLE messages ADD COLUMN txid xid8;
ALTER TABLE messages ALTER COLUMN txid SET DEFAULT pg_current_xact_id();
CREATE INDEX messages_feed ON messages (tenant_id, txid, id) WHERE txid IS NOT NULL;

-- When the tenant last read its feed. While it does, its events become messages though no endpoint wants them.
ALTER TABLE tenants ADD COLUMN feed_read_at timestamptz;

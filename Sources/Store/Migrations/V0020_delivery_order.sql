-- compatible_from: 14
-- Deliveries to endpoints with `ordering = 'run'`: the run, and the place among its messages. An earlier one that is
-- still pending holds the later ones back. NULL for all others, also for those that an older gateway writes.
ALTER TABLE deliveries ADD COLUMN ordered_run text COLLATE "C";
ALTER TABLE deliveries ADD COLUMN ordered_place bigint;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_ordered_place
    CHECK ((ordered_run IS NULL) = (ordered_place IS NULL)) NOT VALID;
CREATE SEQUENCE deliveries_order;
CREATE INDEX deliveries_ordered ON deliveries (endpoint_id, ordered_run, ordered_place)
    WHERE state = 'pending' AND ordered_run IS NOT NULL;

-- Those that wait for no other are found in the order of their times, whatever waits for others beside them.
DROP INDEX deliveries_due;
CREATE INDEX deliveries_due ON deliveries (endpoint_id, ordered_run, next_attempt_at, id) WHERE state = 'pending';

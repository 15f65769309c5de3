-- compatible_from: 14
-- When its owner deleted an endpoint: it is gone for everybody from then on, and its rows go step by step. It is paused
-- too, so that a gateway that does not know the column sends it nothing.
ALTER TABLE endpoints ADD COLUMN deleted_at timestamptz;
CREATE INDEX endpoints_deleted ON endpoints (deleted_at) WHERE deleted_at IS NOT NULL;

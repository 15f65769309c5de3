-- compatible_from: 14
-- The leases of gateways that are gone are found without a look at all that waits or has ended.
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE lease_token IS NOT NULL;

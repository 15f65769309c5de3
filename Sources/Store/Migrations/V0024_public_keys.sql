-- compatible_from: 14
-- The public half of an Ed25519 key, so that its owner can be shown it without reading the private one.
ALTER TABLE endpoint_keys ADD COLUMN public_key text CHECK ((public_key IS NOT NULL) = (scheme = 'v1a'));

-- compatible_from: 28
-- Callbacks of hosted providers are signals: how well it is known who sent one, and what stood in the query of its
-- address, are read when the provider is asked.
ALTER TABLE callbacks
    ADD COLUMN trust text CHECK (trust IN ('signed', 'secret', 'capability')),
    ADD COLUMN query text CHECK (octet_length(query) <= 2048);

-- Which of the ways by which the end of a task becomes known was the first.
ALTER TABLE tasks
    ADD COLUMN settled_by text CHECK (settled_by IN ('submit', 'poll', 'callback'));

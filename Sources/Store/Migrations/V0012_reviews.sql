-- What a review of a plan brought, beside the time of it.
ALTER TABLE runs
    ADD COLUMN review_edited boolean,
    ADD COLUMN review_note text CHECK (octet_length(review_note) BETWEEN 1 AND 8000);

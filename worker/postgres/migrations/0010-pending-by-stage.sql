-- The sweep reads what waits for one stage: many documents that wait for the other one cost it nothing.
CREATE INDEX versions_to_index ON versions (id) WHERE state = 'pending' AND keyword_at IS NULL;
CREATE INDEX versions_to_embed ON versions (id) WHERE state = 'pending' AND keyword_at IS NOT NULL;
DROP INDEX versions_pending;

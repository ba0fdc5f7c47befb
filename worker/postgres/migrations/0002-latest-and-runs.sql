-- The latest version stands on its document's row: whoever locks the row knows it, and a statement that waited for the lock sees the newest.
ALTER TABLE documents ADD COLUMN latest bigint, ADD COLUMN content_hash text;
UPDATE documents SET latest = v.id, content_hash = v.content_hash
  FROM (SELECT DISTINCT ON (document_id) document_id, id, content_hash FROM versions ORDER BY document_id, id DESC) v WHERE v.document_id = documents.id;
DELETE FROM documents WHERE latest IS NULL;
ALTER TABLE documents ALTER COLUMN latest SET NOT NULL, ALTER COLUMN content_hash SET NOT NULL;
CREATE UNIQUE INDEX documents_latest ON documents (latest);

-- Chunks of a new version are written beside those of the old one, which go in the same statement.
ALTER TABLE chunks DROP CONSTRAINT chunks_pkey, ADD PRIMARY KEY (version_id, index);
CREATE INDEX chunks_document ON chunks (document_id);

CREATE INDEX versions_failed ON versions (code, id) WHERE state = 'failed';

-- One row each time a stage ended for a version, well or not: where the time went, and every failure with its reason.
CREATE TABLE runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  version_id bigint NOT NULL,
  stage text NOT NULL CHECK (stage IN ('indexing', 'embedding')),
  outcome text NOT NULL CHECK (outcome IN ('done', 'superseded', 'again', 'failed')),
  code text,
  reason text,
  -- Milliseconds by step: clean, chunk, keyword, embed, upsert.
  timings jsonb NOT NULL DEFAULT '{}',
  worker text NOT NULL DEFAULT current_setting('application_name'),
  finished_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX runs_document ON runs (document_id, id);
CREATE INDEX runs_age ON runs USING brin (finished_at);

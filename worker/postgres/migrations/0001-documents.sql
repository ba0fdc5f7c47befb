-- A page has one identity, its canonical URL; what was read there at a time is a version; the latest one counts.
CREATE TABLE documents (
  id uuid PRIMARY KEY,
  url text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE versions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  content_hash text NOT NULL,
  page jsonb NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'indexed', 'failed', 'cancelled')),
  keyword_at timestamptz,
  vectors_at timestamptz,
  code text,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX versions_latest ON versions (document_id, id DESC);
CREATE INDEX versions_pending ON versions (id) WHERE state = 'pending';
-- Chunks of the latest version only.
CREATE TABLE chunks (
  document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
  index int NOT NULL,
  version_id bigint NOT NULL,
  body text NOT NULL,
  headings text[] NOT NULL,
  PRIMARY KEY (document_id, index)
);
-- What an operator set outlives an emptied Redis.
CREATE TABLE operator (key text PRIMARY KEY, value jsonb NOT NULL);

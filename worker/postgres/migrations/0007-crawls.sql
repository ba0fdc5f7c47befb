-- A crawl, as its sender names it. A sender that has none (changedetection) has no rows here.
CREATE TABLE crawls (
  id text PRIMARY KEY,
  source text NOT NULL,
  -- What was asked of the sender: which of its APIs knows the crawl.
  kind text NOT NULL CHECK (kind IN ('crawl', 'batch-scrape')),
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'failed', 'cancelled')),
  -- What the sender said of a crawl that failed.
  reason text,
  -- When its first delivery came, whichever that was. A page of an older crawl never replaces one of a newer.
  started_at timestamptz NOT NULL DEFAULT now(),
  last_delivery_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  reconciliation text NOT NULL DEFAULT 'not-asked'
    CHECK (reconciliation IN ('not-asked', 'waiting', 'complete', 'incomplete', 'expired')),
  reconciled_at timestamptz,
  -- When the sender is asked next; null: never again.
  reconcile_due_at timestamptz,
  reconcile_attempts int NOT NULL DEFAULT 0,
  code text,
  problem text,
  -- What the sender counts, as it last said.
  total int,
  missing int
);
CREATE INDEX crawls_due ON crawls (reconcile_due_at) WHERE reconcile_due_at IS NOT NULL;
CREATE INDEX crawls_age ON crawls (started_at, id);

-- What became of each page of a crawl. A page that came again keeps its last outcome.
CREATE TABLE crawl_pages (
  crawl_id text NOT NULL REFERENCES crawls ON DELETE CASCADE,
  url text NOT NULL,
  document_id uuid,
  version_id bigint,
  outcome text NOT NULL CHECK (outcome IN ('accepted', 'unchanged', 'older', 'failed', 'rejected')),
  via text NOT NULL CHECK (via IN ('webhook', 'reconciliation')),
  code text,
  reason text,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (crawl_id, url)
);
CREATE INDEX crawl_pages_document ON crawl_pages (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX crawl_pages_age ON crawl_pages USING brin (at);

-- Each delivery that was taken: the same one is taken once.
CREATE TABLE deliveries (
  source text NOT NULL,
  -- The sender's name for the delivery, else the hash of its body.
  key text NOT NULL,
  event text NOT NULL,
  crawl_id text,
  outcome text NOT NULL CHECK (outcome IN ('stored', 'ignored')),
  code text,
  pages int NOT NULL DEFAULT 0,
  bytes int NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, key)
);
CREATE INDEX deliveries_by_source ON deliveries (source, received_at);

-- What runs by the clock, in one replica at a time: whoever holds the lease.
CREATE TABLE scheduled_tasks (
  name text PRIMARY KEY,
  holder text NOT NULL,
  leased_until timestamptz NOT NULL,
  due_at timestamptz NOT NULL DEFAULT now(),
  -- The last run that ended, well or not: a problem is of that run.
  ran_at timestamptz,
  took_ms int,
  result jsonb,
  problem text
);

-- A delivery that comes late, or once more, never replaces what is newer. On the document's row, so that a statement that waited for the row sees it.
ALTER TABLE documents
  -- When the newest crawl that saw the page began.
  ADD COLUMN crawl_started_at timestamptz,
  -- When the newest change that was reported happened.
  ADD COLUMN changed_at timestamptz,
  -- What became of the page that was delivered last.
  ADD COLUMN last_outcome text,
  -- Not valid: it holds for what is written from now on, and the rows that are there, in all of which the column is
  -- null, are not read for it.
  ADD CONSTRAINT documents_last_outcome_check
    CHECK (last_outcome IN ('accepted', 'unchanged', 'older')) NOT VALID;

-- Every content that the crawl has brought of the page: one that comes again is no news.
ALTER TABLE crawl_pages ADD COLUMN content_hashes text[] NOT NULL DEFAULT '{}';

-- A document that was deleted: gone from the truth at once, its words and vectors as soon as the stores that hold them answer.
CREATE TABLE removals (
  document_id uuid PRIMARY KEY,
  url text NOT NULL,
  -- Its last version: what came in later under the same URL is another document and stays.
  up_to bigint NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now()
);

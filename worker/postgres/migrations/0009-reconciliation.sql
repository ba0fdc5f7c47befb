ALTER TABLE crawls
  -- How many pages the sender has done, as it last said.
  ADD COLUMN completed int,
  -- When it last said something new.
  ADD COLUMN progress_at timestamptz;
CREATE INDEX crawls_running ON crawls (last_delivery_at) WHERE state = 'running';

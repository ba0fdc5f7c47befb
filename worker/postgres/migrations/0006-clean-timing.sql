-- Milliseconds that cleaning took when the version came in; its first run tells them with its own.
ALTER TABLE versions ADD COLUMN clean_ms real;

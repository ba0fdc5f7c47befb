-- A document's id is made from its URL: one key says the same as two, and of two unique indexes an upsert can only wait for one.
ALTER TABLE documents DROP CONSTRAINT documents_url_key;

-- A chunk that begins inside a table has the table's header row beside its text. `chunker` says by which version of the
-- rules it was cut: none is recorded of those cut before this column, which is version 2.
ALTER TABLE chunks ADD COLUMN prefix text, ADD COLUMN chunker smallint;

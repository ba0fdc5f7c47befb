-- A worker of before may go on with the schema after a migration if it knows the migration that is recorded here, which
-- the file says in a line "-- oldest reader: <name>". Where none is recorded it has to know the migration itself.
ALTER TABLE schema_migrations ADD COLUMN oldest_reader text;

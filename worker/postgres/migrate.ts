import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Pool, PoolClient, QueryConfig } from 'pg';

import { PulseError } from '../errors.ts';
import { buildQuery } from './connection.ts';
import { toPostgresError } from './faults.ts';

/**
 * An advisory lock under which one process migrates while the others wait. Its number is arbitrary,
 * but no other lock of ours has it.
 */
const migrationLock = 7_305_001;
const ownFolder = join(import.meta.dirname, 'migrations');
/**
 * A large table may take minutes, and waiting for the lock takes as long: the pool's limit of one
 * statement does not apply.
 */
const migrationLimitMs = 3_600_000;
const withLongLimit = (text: string, values: unknown[] = []): QueryConfig =>
  buildQuery({ text, limitMs: migrationLimitMs }, values);

const createTable = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    name text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now())`;

/**
 * Brings the schema up to date. Many processes may call it at the same time. Each file runs once,
 * in a transaction, in the order of its name.
 *
 * @throws PulseError POSTGRES_SCHEMA, final, when a newer Pulse has migrated the database, and does
 *   not say that this one may go on with it
 */
export async function migrate(pool: Pool, folder = ownFolder): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toPostgresError(error);
  });
  try {
    await client.query(withLongLimit('SELECT pg_advisory_lock($1)', [migrationLock]));
    await client.query(createTable);
    await applyMissing(client, folder);
  } catch (error) {
    throw error instanceof PulseError ? error : toPostgresError(error);
  } finally {
    // Ends the session in place of returning it to the pool: that releases the lock in any case.
    client.release(true);
  }
}

interface Applied {
  readonly name: string;
  /** The last migration that a worker has to know to work with the schema after this one. */
  readonly oldest_reader: string | null;
}

async function applyMissing(client: PoolClient, folder: string): Promise<void> {
  const known = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  // As JSON: a migration adds the column.
  const { rows } = await client.query<Applied>(
    `SELECT name, to_jsonb(one) ->> 'oldest_reader' AS oldest_reader
     FROM schema_migrations AS one ORDER BY name`,
  );
  refuseUnreadable(rows, known);
  const applied = new Set(rows.map(({ name }) => name));
  for (const name of known) {
    if (applied.has(name)) continue;
    const migration = await readFile(join(folder, name), 'utf8');
    // Several statements in one query are one transaction.
    await client.query(withLongLimit(`${migration};\n${noteApplied(name, migration)}`));
  }
}

/** @throws PulseError POSTGRES_SCHEMA, for a newer schema that this worker cannot work with */
function refuseUnreadable(applied: readonly Applied[], known: readonly string[]): void {
  const last = known.at(-1) ?? '';
  const unreadable = applied.filter(
    ({ name, oldest_reader: oldest }) => !known.includes(name) && (oldest ?? name) > last,
  );
  if (unreadable.length === 0) return;
  throw new PulseError(
    'POSTGRES_SCHEMA',
    'final',
    `the database's schema is newer than this worker: it has ` +
      `${unreadable.map(({ name }) => name).join(', ')}, and this worker's last is ${last}`,
  );
}

function noteApplied(name: string, migration: string): string {
  const [, oldest] = /^-- oldest reader: (\S+)$/m.exec(migration) ?? [];
  return oldest === undefined
    ? `INSERT INTO schema_migrations (name) VALUES ('${name}');`
    : `INSERT INTO schema_migrations (name, oldest_reader) VALUES ('${name}', '${oldest}');`;
}

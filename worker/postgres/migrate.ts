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
 * @throws PulseError POSTGRES_SCHEMA, final, when a newer Pulse has migrated the database: this one
 *   would misread what that one writes
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

async function applyMissing(client: PoolClient, folder: string): Promise<void> {
  const known = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migrations');
  const applied = new Set(rows.map(({ name }) => name));
  const newer = [...applied].filter((name) => !known.includes(name)).sort();
  if (newer.length > 0) {
    throw new PulseError(
      'POSTGRES_SCHEMA',
      'final',
      `the database's schema is newer than this worker: it has ${newer.join(', ')}, ` +
        `and this worker's last is ${known.at(-1) ?? 'none'}`,
    );
  }
  for (const name of known) {
    if (applied.has(name)) continue;
    const migration = await readFile(join(folder, name), 'utf8');
    const note = `INSERT INTO schema_migrations (name) VALUES ('${name}');`;
    // Several statements in one query are one transaction.
    await client.query(withLongLimit(`${migration};\n${note}`));
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Pool } from 'pg';

/** Any number that nobody else uses: the lock under which one process migrates while the others wait. */
const migrationLock = 7_305_001;
const folder = join(import.meta.dirname, 'migrations');

/** Brings the schema up to date. Safe when many processes start at once; each file runs once, in a transaction, in the order of its name. */
export async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await client.query('CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())');
    const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migrations');
    const applied = new Set(rows.map(({ name }) => name));
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort()) {
      if (applied.has(name)) continue;
      // Several statements in one query are one transaction.
      await client.query(`${await readFile(join(folder, name), 'utf8')};\nINSERT INTO schema_migrations (name) VALUES ('${name}');`);
    }
  } finally {
    // Not given back to the pool: ending the session ends the lock, whatever happened above.
    client.release(true);
  }
}

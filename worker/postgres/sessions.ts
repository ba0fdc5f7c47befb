import type { Pool, PoolClient } from 'pg';

import { PulseError } from '../errors.ts';
import { buildQuery } from './connection.ts';
import { toPostgresError } from './faults.ts';

/** A pooler that has no server connection left lets a statement wait. */
const limitMs = 5_000;

const refusal =
  'Postgres: a pooler gives every transaction another session, which loses locks and prepared ' +
  'statements';

/**
 * Makes sure that a connection keeps its session. Behind a pooler in transaction or statement mode
 * an advisory lock stays behind in a session that nobody has any more: a worker that starts would
 * wait for it for hours.
 *
 * @throws PulseError POSTGRES_POOLER, of kind `away`
 */
export async function requireSessions(pool: Pool): Promise<void> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toPostgresError(error);
  });
  try {
    const session = await readSession(client);
    // A pooler announces another number than that of the server's process.
    if (session === (client as PoolClient & { processID: number | null }).processID) return;
    if (await losesSession(pool, client, session))
      throw new PulseError('POSTGRES_POOLER', 'away', refusal);
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    client.release(true);
  }
}

/** A second client takes, and holds, the session that the first would get again by chance. */
async function losesSession(pool: Pool, client: PoolClient, session: number): Promise<boolean> {
  const other = await pool.connect();
  try {
    const begun = await other.query(buildQuery({ text: 'BEGIN', limitMs })).then(
      () => true,
      // In statement mode there are no transactions.
      (error: unknown) => toPostgresError(error).code === 'POSTGRES_TIMEOUT',
    );
    if (!begun) return true;
    await readSession(other);
    return (await readSession(client)) !== session;
  } finally {
    other.release(true);
  }
}

async function readSession(client: PoolClient): Promise<number> {
  const query = buildQuery({ text: 'SELECT pg_backend_pid() AS "session"', limitMs });
  const { rows } = await client.query<{ session: number }>(query);
  return rows[0]?.session ?? 0;
}

import type { Pool, PoolClient } from 'pg';

import { PulseError } from '../errors.ts';
import { buildQuery } from './connection.ts';
import { toPostgresError } from './faults.ts';

/** A pooler that has no server connection left lets a statement wait. */
const limitMs = 5_000;

/**
 * Makes sure that a connection keeps its session. Behind a pooler in transaction or statement mode
 * an advisory lock stays in a session that nobody has any more: a worker that starts would wait for
 * it for hours.
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
    const fault = await findPoolerFault(pool, client, session);
    if (fault !== undefined)
      throw new PulseError('POSTGRES_POOLER', 'away', `Postgres: a pooler ${fault}`);
  } catch (error) {
    throw toPostgresError(error);
  } finally {
    client.release(true);
  }
}

/**
 * A second client takes, and holds, the session that the first would else get again by chance.
 *
 * @returns undefined when the first client keeps its session
 */
async function findPoolerFault(
  pool: Pool,
  client: PoolClient,
  session: number,
): Promise<string | undefined> {
  const other = await pool.connect();
  try {
    await other.query(buildQuery({ text: 'BEGIN', limitMs }));
    await readSession(other);
    if ((await readSession(client)) === session) return undefined;
    return 'gives every transaction another session, which loses locks and prepared statements';
  } catch (error) {
    return toPostgresError(error).code === 'POSTGRES_TIMEOUT'
      ? `gives no second session within ${limitMs / 1_000} s`
      : `has no transactions: ${(error as Error).message}`;
  } finally {
    other.release(true);
  }
}

async function readSession(client: PoolClient): Promise<number> {
  const query = buildQuery({ text: 'SELECT pg_backend_pid() AS "session"', limitMs });
  const { rows } = await client.query<{ session: number }>(query);
  return rows[0]?.session ?? 0;
}

import { setTimeout as delay } from 'node:timers/promises';

import type { Pool, PoolClient } from 'pg';

import type { Logger } from '../logs.ts';
import { buildQuery } from './connection.ts';
import { crawlOfPage, hostOfUrl } from './expressions.ts';
import { toPostgresError } from './faults.ts';

/**
 * An index that only makes lists and the sweep faster. Whoever needs another expression gives it
 * another name: an index that is there is not compared.
 */
export interface IndexDefinition {
  readonly name: string;
  readonly table: string;
  /** What follows the table in CREATE INDEX. */
  readonly on: string;
}

/** Expressions instead of generated columns, which would write every row of a table again. */
const ownIndexes: readonly IndexDefinition[] = [
  { name: 'documents_by_age', table: 'documents', on: '(created_at, id)' },
  { name: 'documents_by_host', table: 'documents', on: `((${hostOfUrl}), created_at, id)` },
  {
    name: 'versions_by_crawl',
    table: 'versions',
    on: `(${crawlOfPage}) WHERE ${crawlOfPage} IS NOT NULL`,
  },
  { name: 'chunks_by_rules', table: 'chunks', on: '(chunker, document_id)' },
  { name: 'versions_cancelled', table: 'versions', on: "(id) WHERE state = 'cancelled'" },
  {
    name: 'versions_to_embed',
    table: 'versions',
    on: "(id) WHERE state = 'pending' AND keyword_at IS NOT NULL",
  },
  {
    name: 'versions_to_index',
    table: 'versions',
    on: "(id) WHERE state = 'pending' AND keyword_at IS NULL",
  },
];

/** As the lock of `migrate`: arbitrary, and no other lock of ours has it. */
const indexLock = 7_305_002;
const lookEveryMs = 1_000;
const retryMs = 60_000;
/** An index of a large table takes minutes, and waits for transactions that are open. */
const makeLimitMs = 3_600_000;

/**
 * Makes the indexes that are missing, in the background, again after an error, until all are there.
 * Everything works without them, and slower.
 *
 * @param signal ends it. Postgres finishes the index that it is making
 */
export async function keepIndexesMade(
  { pool, log }: { readonly pool: Pool; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const made = await makeIndexes(pool, signal);
      if (made.length > 0) log.info({ indexes: made }, 'indexes of Postgres were made');
      return;
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ err: error }, 'indexes of Postgres are missing; lists take longer until they are');
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * Makes the indexes that are missing, while others write: CREATE INDEX CONCURRENTLY. It takes no
 * transaction, so it is no migration. What a process left that was ended meanwhile is not valid, is
 * dropped and made again. Many processes may call it at the same time: one makes them, the others
 * wait for it.
 *
 * @returns the names of those that were made
 */
export async function makeIndexes(
  pool: Pool,
  signal: AbortSignal,
  indexes: readonly IndexDefinition[] = ownIndexes,
): Promise<string[]> {
  signal.throwIfAborted();
  const client = await pool.connect().catch((error: unknown) => {
    throw toPostgresError(error);
  });
  // Ends the session, also in the middle of a statement: that releases the lock in any case.
  const ended = new AbortController();
  ended.signal.addEventListener('abort', () => client.release(true));
  const end = (): void => ended.abort();
  signal.addEventListener('abort', end);
  try {
    await waitForTurn(client, signal);
    const made: string[] = [];
    for (const index of indexes) if (await makeIndex(client, index)) made.push(index.name);
    return made;
  } catch (error) {
    signal.throwIfAborted();
    throw toPostgresError(error);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/**
 * Asks again and again in place of waiting in Postgres. A statement that waits there for the lock
 * is what CREATE INDEX CONCURRENTLY waits for, until Postgres ends one of both as a deadlock.
 */
async function waitForTurn(client: PoolClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ isMine: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS "isMine"',
      [indexLock],
    );
    if (rows[0]?.isMine === true) return;
    await delay(lookEveryMs, undefined, { signal });
  }
}

/** @returns false when it is there already */
async function makeIndex(
  client: PoolClient,
  { name, table, on }: IndexDefinition,
): Promise<boolean> {
  const { rows } = await client.query<{ isValid: boolean }>(
    `
    SELECT i.indisvalid AS "isValid"
    FROM pg_class c
    JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relname = $1 AND pg_table_is_visible(c.oid)`,
    [name],
  );
  const [known] = rows;
  if (known?.isValid === true) return false;
  const run = (text: string) => client.query(buildQuery({ text, limitMs: makeLimitMs }));
  if (known !== undefined) await run(`DROP INDEX CONCURRENTLY ${name}`);
  await run(`CREATE INDEX CONCURRENTLY ${name} ON ${table} ${on}`);
  // Only then Postgres knows how often a value of the expression occurs.
  await run(`ANALYZE ${table}`);
  return true;
}

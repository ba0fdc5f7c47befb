import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/**
 * Values that have to outlive an emptied Redis, by key: whether the queues are paused, the limit of
 * jobs, an unfinished rebuild of the collection, what the last audit found, how many workers the
 * stack declares.
 */
export type OperatorKey = 'paused' | 'limit' | 'rebuild' | 'audit' | 'workerReplicas';

/** @returns undefined where there is none */
export async function readOperatorValue(pool: Pool, key: OperatorKey): Promise<unknown> {
  const [row] = await ask<{ value: unknown }>(pool, 'SELECT value FROM operator WHERE key = $1', [
    key,
  ]);
  return row?.value;
}

/** @param value undefined removes it */
export async function writeOperatorValue(
  pool: Pool,
  key: OperatorKey,
  value: unknown,
): Promise<void> {
  if (value === undefined) {
    await ask(pool, 'DELETE FROM operator WHERE key = $1', [key]);
    return;
  }
  await ask(
    pool,
    `
    INSERT INTO operator VALUES ($1, $2)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, JSON.stringify(value)],
  );
}

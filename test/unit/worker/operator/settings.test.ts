import type { Pool } from 'pg';
import { expect, test } from 'vitest';

import { applyOperatorSettings } from '../../../../worker/operator/settings.ts';
import type { Counts, Queues } from '../../../../worker/queue/queues.ts';

const counted = { waiting: 0, active: 0, delayed: 0, limit: null };

/**
 * Applies while an operator gives an order: before the answer to a question of this number it is
 * written to Postgres, and before that of another to Redis. What has not happened by the end
 * happens then.
 *
 * @returns whether the queues are paused in the end
 */
async function applyDuring(
  order: { readonly paused: boolean; readonly toPostgres: number; readonly toRedis: number },
  stores: { inPostgres: boolean; inRedis: boolean },
): Promise<boolean> {
  let asked = 0;
  const step = (): void => {
    asked += 1;
    if (asked === order.toPostgres) stores.inPostgres = order.paused;
    if (asked === order.toRedis) stores.inRedis = order.paused;
  };
  const answer = async <T>(read: () => T): Promise<T> => {
    step();
    return read();
  };
  const query = ({ values: [key] }: { readonly values: readonly string[] }) =>
    answer(() => ({ rows: key === 'paused' ? [{ value: stores.inPostgres }] : [] }));
  const queues: Pick<Queues, 'counts' | 'setPaused'> = {
    counts: () =>
      answer(() => {
        const queue: Counts = { ...counted, paused: stores.inRedis };
        return { indexing: queue, embedding: queue };
      }),
    setPaused: (paused) => answer(() => void (stores.inRedis = paused)),
  };
  await applyOperatorSettings({
    pool: { query } as unknown as Pool,
    queues: queues as Queues,
    globalConcurrency: undefined,
  });
  while (asked < order.toRedis) step();
  return stores.inRedis;
}

const moments = Array.from({ length: 10 }, (_, index) => index + 1);

test.for([
  { paused: true, inPostgres: false, inRedis: false },
  { paused: false, inPostgres: true, inRedis: true },
  // Redis was emptied.
  { paused: false, inPostgres: true, inRedis: false },
])('an order holds at whichever moment it comes: %o', async ({ paused, ...stores }) => {
  for (const toPostgres of moments)
    for (const toRedis of moments.slice(toPostgres - 1)) {
      const found = await applyDuring({ paused, toPostgres, toRedis }, { ...stores });
      expect({ toPostgres, toRedis, found }).toEqual({ toPostgres, toRedis, found: paused });
    }
});

import type { Services } from '../services.ts';

const sweepEveryMs = 15_000;
/** What came in this recently was enqueued by who brought it. */
const settledSeconds = 10;
const atATime = 1_000;
/** Under this lock one worker sweeps, the others pass. */
const sweepLock = 7_305_002;

/** Rings again for every document that Postgres says is pending, so that a lost or emptied Redis loses none; and applies what the operator set. */
export async function sweep({ pool, records, queues }: Services): Promise<number> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [sweepLock]);
    if (rows[0]?.mine !== true) return 0;
    try {
      const paused = await records.operator('paused') === true;
      if (paused !== (await queues.counts()).indexing.paused) await queues.setPaused(paused);
      const pending = await records.pending(settledSeconds, atATime);
      for (const { queue, documentId } of pending) {
        if (!await queues.knows(queue, documentId)) await queues.ring(queue, documentId);
      }
      return pending.length;
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [sweepLock]);
    }
  } finally {
    client.release();
  }
}

export function startSweep(services: Services): () => void {
  const tick = (): void => void sweep(services).catch((error: unknown) => services.log.warn({ err: error }, 'the sweep did not finish; it runs again in a moment'));
  tick();
  const timer = setInterval(tick, sweepEveryMs);
  return () => clearInterval(timer);
}

import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import type { Counts, Queues } from '../queue/queues.ts';
import { countFailures } from '../records/failures.ts';

export interface CountDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
}

/** A queue's jobs, and the documents that failed in its stage. */
export type QueueCounts = Counts & { readonly failed: number };

/** Counts jobs in Redis, and failures in Postgres. */
export async function countQueues({
  pool,
  queues,
}: CountDependencies): Promise<Record<QueueName, QueueCounts>> {
  const [{ indexing, embedding }, failed] = await Promise.all([
    queues.counts(),
    countFailures(pool),
  ]);
  return {
    indexing: { ...indexing, failed: failed.indexing },
    embedding: { ...embedding, failed: failed.embedding },
  };
}

import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import type { Counts, Queues } from '../queue/queues.ts';
import { countStages } from '../records/failures.ts';

export interface CountDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
}

/** A queue's jobs, and the documents that failed in its stage. */
export type QueueCounts = Counts & { readonly failed: number };

/**
 * Counts jobs in Redis, and failures in Postgres. Documents that wait in Postgres until the queue
 * has room for them are among those that wait.
 */
export async function countQueues({
  pool,
  queues,
}: CountDependencies): Promise<Record<QueueName, QueueCounts>> {
  const [jobs, { pending, failed }] = await Promise.all([queues.counts(), countStages(pool)]);
  const of = (name: QueueName): QueueCounts => {
    const { waiting, active, delayed } = jobs[name];
    const inPostgres = pending[name] - active - delayed;
    return { ...jobs[name], waiting: Math.max(waiting, inPostgres), failed: failed[name] };
  };
  return { indexing: of('indexing'), embedding: of('embedding') };
}

/** Counts the documents of each stage that wait in Postgres and have no job. */
export async function countWithoutJob({
  pool,
  queues,
}: CountDependencies): Promise<Record<QueueName, number>> {
  const [jobs, { pending }] = await Promise.all([queues.counts(), countStages(pool)]);
  const of = (name: QueueName): number => {
    const { waiting, active, delayed } = jobs[name];
    return Math.max(0, pending[name] - waiting - active - delayed);
  };
  return { indexing: of('indexing'), embedding: of('embedding') };
}

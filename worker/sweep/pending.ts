import type { QueueName } from '../../shared/queue-names.ts';
import { mostWaiting } from '../queue/queues.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';

export interface PendingDependencies {
  readonly records: Pick<Records, 'pending'>;
  readonly queues: Pick<Queues, 'roomIn' | 'findUnqueued' | 'enqueueAll'>;
}

/** A document that came in more recently is enqueued by the process that stored it. */
export const settledSeconds = 10;
/** Documents of one statement. */
export const pageSize = 1_000;

/**
 * Enqueues documents that are pending in Postgres and that no job of their queue names, oldest
 * first, until the queue is full: a lost or emptied Redis loses none, and a night without the GPU
 * host does not fill it. Each sweep begins with the oldest, because a document may have been
 * retried, or left out where the queue was full. It reads as many pages as the queue has thousands
 * of jobs, 17 at most, and none while the queue is full.
 *
 * @returns how many documents were enqueued
 */
export async function enqueuePending(
  { records, queues }: PendingDependencies,
  queue: QueueName,
): Promise<number> {
  if ((await queues.roomIn(queue, mostWaiting.swept)) === 0) return 0;
  let enqueued = 0;
  for (let after = 0; ;) {
    const pending = await records.pending({
      queue,
      after,
      olderThanSeconds: settledSeconds,
      limit: pageSize,
    });
    const ids = pending.map(({ documentId }) => documentId);
    const missing = await queues.findUnqueued(queue, ids);
    const added = await queues.enqueueAll(queue, missing, mostWaiting.swept);
    enqueued += added;
    const last = pending.at(-1);
    if (added < missing.length || pending.length < pageSize || last === undefined) return enqueued;
    after = last.versionId;
  }
}

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
 * host does not fill it. It reads one page from where the last sweep stopped, and the next when
 * something was missing or the queue runs low: a long queue costs no more than a short one.
 *
 * @param after the version to begin after
 * @returns how many documents were enqueued, and the version at which the next sweep begins
 */
export async function enqueuePending(
  { records, queues }: PendingDependencies,
  queue: QueueName,
  after = 0,
): Promise<{ enqueued: number; after: number }> {
  let enqueued = 0;
  let last = after;
  let room = await queues.roomIn(queue, mostWaiting.swept);
  while (room > 0) {
    const pending = await records.pending({
      queue,
      after: last,
      olderThanSeconds: settledSeconds,
      limit: pageSize,
    });
    const ids = pending.map(({ documentId }) => documentId);
    const missing = ids.length === 0 ? [] : await queues.findUnqueued(queue, ids);
    const fitting = missing.slice(0, room);
    await queues.enqueueAll(queue, fitting, mostWaiting.swept);
    enqueued += fitting.length;
    room -= fitting.length;
    const next = missing[fitting.length];
    if (next !== undefined) {
      const before = pending[ids.indexOf(next) - 1];
      return { enqueued, after: before?.versionId ?? last };
    }
    const final = pending.at(-1);
    if (final === undefined || pending.length < pageSize) return { enqueued, after: 0 };
    last = final.versionId;
    if (missing.length === 0 && room < mostWaiting.swept / 2) break;
  }
  return { enqueued, after: last };
}

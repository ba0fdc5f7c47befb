import type { QueueName } from '../../shared/queue-names.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';

export interface PendingDependencies {
  readonly records: Records;
  readonly queues: Queues;
}

/** A document that came in more recently is enqueued by the process that stored it. */
export const settledSeconds = 10;
/** Documents of one statement. */
export const pageSize = 1_000;

/**
 * Enqueues every document that is pending in Postgres and that no job of the queues names, so that
 * a lost or emptied Redis loses none. It reads one page from where the last sweep stopped, and the
 * next only when something was missing: a long queue costs no more than a short one.
 *
 * @param after the version to begin after
 * @returns how many documents were enqueued, and the version at which the next sweep begins
 */
export async function enqueuePending(
  { records, queues }: PendingDependencies,
  after = 0,
): Promise<{ enqueued: number; after: number }> {
  let enqueued = 0;
  let last = after;
  for (;;) {
    const pending = await records.pending({
      after: last,
      olderThanSeconds: settledSeconds,
      limit: pageSize,
    });
    let missing = 0;
    for (const queue of ['indexing', 'embedding'] as const) {
      const documents = pending.filter((version) => version.queue === queue);
      const documentIds = documents.map(({ documentId }) => documentId);
      missing += await enqueueMissing(queues, queue, documentIds);
    }
    enqueued += missing;
    const final = pending.at(-1);
    if (final === undefined || pending.length < pageSize) return { enqueued, after: 0 };
    last = final.versionId;
    if (missing === 0) return { enqueued, after: last };
  }
}

async function enqueueMissing(
  queues: Queues,
  queue: QueueName,
  documentIds: readonly string[],
): Promise<number> {
  if (documentIds.length === 0) return 0;
  const missing = await queues.findUnqueued(queue, documentIds);
  await queues.enqueueAll(queue, missing);
  return missing.length;
}

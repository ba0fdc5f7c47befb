import type { QueueName } from '../../shared/queue-names.ts';
import type { Tally } from '../metrics/tally.ts';
import { documentsEnded } from '../metrics/totals.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { readJobs } from './jobs.ts';

export interface CancelDependencies {
  readonly records: Pick<Records, 'cancel'>;
  readonly queues: Queues;
  readonly tally: Tally;
}

/**
 * Keeps documents that wait from being indexed. All that wait: those that are being worked on are
 * indexed.
 *
 * @returns how many waited
 */
export async function cancelDocuments(
  { records, queues, tally }: CancelDependencies,
  which: { readonly all: true } | { readonly ids: readonly string[] },
): Promise<number> {
  if ('ids' in which) {
    const cancelled = await records.cancel({ only: which.ids });
    countCancelled(tally, cancelled);
    for (const id of which.ids) await queues.withdraw(id);
    return cancelled.length;
  }
  const active = await Promise.all([
    listActive(queues, 'indexing'),
    listActive(queues, 'embedding'),
  ]);
  const cancelled = await records.cancel({ allBut: active.flat() });
  countCancelled(tally, cancelled);
  await queues.withdrawAll();
  return cancelled.length;
}

function countCancelled(tally: Tally, { length }: readonly string[]): void {
  tally.count(documentsEnded, { outcome: 'cancelled', code: '' }, length);
}

async function listActive(queues: Queues, name: QueueName): Promise<string[]> {
  const jobs = await readJobs(queues, name, 'active', Number.MAX_SAFE_INTEGER);
  return jobs.map(({ data }) => data.documentId);
}

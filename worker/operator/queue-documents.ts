import type { QueueName } from '../../shared/queue-names.ts';
import type { Tally } from '../metrics/tally.ts';
import { documentsEnded } from '../metrics/totals.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import type { DocumentDependencies } from './documents.ts';
import { readJobs } from './jobs.ts';

/** What is done with many documents at once, from the command line and over HTTP alike. */
export interface QueueDocumentDependencies {
  readonly records: Pick<Records, 'retry' | 'retryFailed' | 'cancel'>;
  readonly queues: Queues;
  readonly tally: Tally;
  /** What enqueues: `Queues`, or what does so later and lets nobody wait. */
  readonly enqueuing: DocumentDependencies['queues'];
}

/** Documents: all that failed, those that failed with a code, or these. */
export type Retried =
  | { readonly all: true }
  | { readonly code: string }
  | { readonly ids: readonly string[] };

/**
 * Has documents worked on again that failed, and of these that are named also those that were
 * cancelled.
 *
 * @returns how many there were
 */
export async function retryDocuments(
  { records, enqueuing }: Pick<QueueDocumentDependencies, 'records' | 'enqueuing'>,
  which: Retried,
): Promise<number> {
  const retried =
    'ids' in which
      ? await records.retry(which.ids)
      : await records.retryFailed('code' in which ? which.code : undefined);
  if (retried.length > 0) await enqueuing.enqueueAll('indexing', retried);
  return retried.length;
}

/**
 * Keeps documents that wait from being indexed. All that wait: those that are being worked on are
 * indexed.
 *
 * @returns how many waited
 */
export async function cancelDocuments(
  { records, queues, tally }: Pick<QueueDocumentDependencies, 'records' | 'queues' | 'tally'>,
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

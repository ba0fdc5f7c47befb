import type { QueueName } from '../../shared/queue-names.ts';
import type { Records } from '../records/records.ts';
import type { Removals } from '../records/removals.ts';

/** What is done with single documents, from the command line and over HTTP alike. */
export interface DocumentDependencies {
  readonly records: Pick<Records, 'retry' | 'retryFailed' | 'reopen'>;
  readonly removals: Pick<Removals, 'request'>;
  /** `Queues`, or what enqueues later and lets nobody wait. */
  readonly queues: {
    enqueueAll(name: QueueName, documentIds: readonly string[]): Promise<unknown>;
  };
}

/** Documents: all that failed, those that failed with a code, or these. */
export type Retried =
  | { readonly all: true }
  | { readonly code: string }
  | { readonly ids: readonly string[] };

/**
 * Has documents worked on again that failed, and of these that are named also those that were
 * cancelled: each from the stage that it has not come through.
 *
 * @returns how many there were
 */
export async function retryDocuments(
  { records, queues }: Pick<DocumentDependencies, 'records' | 'queues'>,
  which: Retried,
): Promise<number> {
  const retried =
    'ids' in which
      ? await records.retry(which.ids)
      : await records.retryFailed('code' in which ? which.code : undefined);
  for (const [stage, ofStage] of Map.groupBy(retried, (one) => one.stage))
    await queues.enqueueAll(
      stage,
      ofStage.map(({ documentId }) => documentId),
    );
  return retried.length;
}

/**
 * Has documents indexed again from the start, whatever their state.
 *
 * @returns how many there were
 */
export async function reindexDocuments(
  { records, queues }: Pick<DocumentDependencies, 'records' | 'queues'>,
  documentIds: readonly string[],
): Promise<number> {
  const found = await records.reopen(documentIds, 'indexing');
  if (found > 0) await queues.enqueueAll('indexing', documentIds);
  return found;
}

/**
 * Deletes documents from Postgres, where they are gone at once. Workers then remove them from the
 * keyword index and Qdrant.
 *
 * @returns the ids of those that were there
 */
export async function deleteDocuments(
  { removals, queues }: Pick<DocumentDependencies, 'removals' | 'queues'>,
  documentIds: readonly string[],
): Promise<string[]> {
  const deleted = await removals.request(documentIds);
  await queues.enqueueAll('indexing', deleted);
  return deleted;
}

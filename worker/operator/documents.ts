import type { Records } from '../records/records.ts';
import type { Removals } from '../records/removals.ts';

/** What is done with single documents, from the command line and over HTTP alike. */
export interface DocumentDependencies {
  readonly records: Pick<Records, 'retry' | 'reopen'>;
  readonly removals: Pick<Removals, 'request'>;
  /** `Queues`, or what enqueues later and lets nobody wait. */
  readonly queues: {
    enqueueAll(name: 'indexing', documentIds: readonly string[]): Promise<void>;
  };
}

/**
 * Has a document that failed or was cancelled worked on again, from the stage that it has not come
 * through.
 *
 * @returns false, and does nothing, when it has neither failed nor been cancelled
 */
export async function retryDocument(
  { records, queues }: Pick<DocumentDependencies, 'records' | 'queues'>,
  documentId: string,
): Promise<boolean> {
  if ((await records.retry([documentId])).length === 0) return false;
  await queues.enqueueAll('indexing', [documentId]);
  return true;
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

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
  const retried = await records.retry(documentId);
  if (retried === undefined) return false;
  await queues.enqueueAll(retried.stage, [documentId]);
  return true;
}

/**
 * The same for all documents that failed, or those with a code.
 *
 * @returns how many there were
 */
export async function retryFailedDocuments(
  { records, queues }: Pick<DocumentDependencies, 'records' | 'queues'>,
  code?: string,
): Promise<number> {
  const retried = await records.retryFailed(code);
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

import { removeEverywhere } from '../indexing/remove-document.ts';
import type { RemovalDependencies } from '../indexing/remove-document.ts';
import { mostWaiting } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { ignoreUnavailable } from './ignore-unavailable.ts';
import { pageSize, settledSeconds } from './pending.ts';

export interface SweepRemovalsDependencies extends RemovalDependencies {
  readonly records: Records;
}

/**
 * Continues deletions that are not complete: enqueues documents that are gone, and removes what the
 * deleted versions of a document left that has come in again since.
 */
export async function sweepRemovals(dependencies: SweepRemovalsDependencies): Promise<void> {
  const { records, removals, queues } = dependencies;
  const pending = await removals.listPending(settledSeconds, pageSize);
  const existing = await records.urlsOf(pending.map(({ documentId }) => documentId));
  for (const removal of pending)
    if (existing.has(removal.documentId))
      await removeEverywhere(dependencies, removal).catch(ignoreUnavailable);
  const gone = pending
    .map(({ documentId }) => documentId)
    .filter((documentId) => !existing.has(documentId));
  if (gone.length === 0) return;
  const unqueued = await queues.findUnqueued(
    'indexing',
    await queues.findUnqueued('embedding', gone),
  );
  await queues.enqueueAll('indexing', unqueued, mostWaiting.removals);
}

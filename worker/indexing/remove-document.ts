import { PulseError } from '../errors.ts';
import type { Removal } from '../records/removals.ts';
import type { Services } from '../services.ts';

/**
 * A deletion is noted in Postgres first, where the document is gone at once, and then carried out
 * in the same two stages as everything else: words by `indexing`, vectors by `embedding`, so that
 * it waits for a lost GPU host like any other work. What no job did, the sweep rings for. Only what
 * the deleted versions left is taken: the same page may have come in again meanwhile.
 */
export async function removeKeywords(
  { removals, keywords, queues }: Services,
  documentId: string,
): Promise<void> {
  const removal = await removals.find(documentId);
  if (removal === undefined) return;
  await keywords.remove(documentId, removal.upTo);
  await queues.enqueue('embedding', documentId);
}

export async function removeVectors(services: Services, documentId: string): Promise<void> {
  const removal = await services.removals.find(documentId);
  if (removal !== undefined) await removeEverywhere(services, removal);
}

/** Words once more as well: a job of an older version may have written them since. */
export async function removeEverywhere(
  { removals, keywords, vectors, circuits }: Services,
  removal: Removal,
): Promise<void> {
  await keywords.remove(removal.documentId, removal.upTo);
  await circuits.qdrant.run(() => vectors.remove(removal.documentId, removal.upTo));
  await removals.complete(removal);
}

/** One document, now if the stores answer; if not, its removal is noted and done when they do. */
export async function removeDocument(services: Services, documentId: string): Promise<void> {
  if ((await services.removals.request([documentId])).length === 0) return;
  await removeVectors(services, documentId).catch((error: unknown) => {
    if (!(error instanceof PulseError && error.kind === 'away')) throw error;
    services.log.info(
      { documentId, code: error.code, reason: error.message },
      'its removal is noted, and done when the service is back',
    );
  });
}

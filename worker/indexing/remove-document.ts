import type { Circuits } from '../circuit/circuits.ts';
import { PulseError } from '../errors.ts';
import type { Keywords } from '../keywords/keywords.ts';
import type { Logger } from '../logs.ts';
import { mostWaiting } from '../queue/queues.ts';
import type { Queues } from '../queue/queues.ts';
import type { Removal, Removals } from '../records/removals.ts';
import type { Vectors } from '../vectors/vectors.ts';

/**
 * A deletion is noted in Postgres first, where the document is gone at once. The two stages then
 * carry it out: `indexing` removes the keywords, `embedding` the vectors, so that it waits for an
 * absent GPU host like any other work. What no job did, the sweep enqueues. Only what the deleted
 * versions left is removed, because the same page may have come in again since.
 */
export interface RemovalDependencies {
  readonly removals: Removals;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly circuits: Circuits;
}

/** First stage of a deletion. Does nothing for a document that has not been deleted. */
export async function removeKeywords(
  { removals, keywords, queues }: Pick<RemovalDependencies, 'removals' | 'keywords' | 'queues'>,
  documentId: string,
): Promise<void> {
  const removal = await removals.find(documentId);
  if (removal === undefined) return;
  await keywords.remove(documentId, removal.upTo);
  await queues.enqueueAll('embedding', [documentId], mostWaiting.removals);
}

/** Second stage of a deletion. Does nothing for a document that has not been deleted. */
export async function removeVectors(
  dependencies: Omit<RemovalDependencies, 'queues'>,
  documentId: string,
): Promise<void> {
  const removal = await dependencies.removals.find(documentId);
  if (removal !== undefined) await removeEverywhere(dependencies, removal);
}

/** Also removes the keywords: a job of an older version may have written them again. */
export async function removeEverywhere(
  { removals, keywords, vectors, circuits }: Omit<RemovalDependencies, 'queues'>,
  removal: Removal,
): Promise<void> {
  await keywords.remove(removal.documentId, removal.upTo);
  await circuits.qdrant.run(() => vectors.remove(removal.documentId, removal.upTo));
  await removals.complete(removal);
}

/**
 * Deletes one document, at once if the stores answer. If one does not, the deletion is noted, and
 * is completed when the store is back.
 */
export async function removeDocument(
  dependencies: Omit<RemovalDependencies, 'queues'> & { readonly log: Logger },
  documentId: string,
): Promise<void> {
  if ((await dependencies.removals.request([documentId])).length === 0) return;
  await removeVectors(dependencies, documentId).catch((error: unknown) => {
    if (!(error instanceof PulseError && error.kind === 'away')) throw error;
    dependencies.log.info(
      { documentId, code: error.code, reason: error.message },
      'its removal is noted, and done when the service is back',
    );
  });
}

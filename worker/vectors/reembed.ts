import { filterIndexed } from '../records/stored-chunks.ts';
import type { Services } from '../services.ts';

/** Points per sweep: about a hundred documents, as many as a GPU embeds until the next sweep. */
const pointsPerSweep = 1_000;

/**
 * Sends documents with vectors of the local TEI back to the embedding stage when the GPU host is
 * available. Until they are done they are found by the old vectors.
 *
 * @returns the number of documents
 */
export async function reembedFallbackPoints({
  embedder,
  circuits,
  vectors,
  records,
  queues,
  pool,
}: Services): Promise<number> {
  if (!embedder.primary.allowsCalls || !circuits.qdrant.allowsCalls) return 0;
  const marked = await circuits.qdrant.run(() => vectors.documentsBy('local', pointsPerSweep));
  const indexed = await filterIndexed(pool, marked);
  if (indexed.length === 0) return 0;
  await records.reopen(indexed, 'embedding');
  await queues.enqueueAll('embedding', indexed);
  return indexed.length;
}

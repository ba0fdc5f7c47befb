import { filterIndexed } from '../records/stored-chunks.ts';
import type { Services } from '../services.ts';

/** Points looked at in one sweep: some hundred documents, which is what a GPU does until the next. */
const pointsAtATime = 1_000;

/**
 * Documents with vectors of the local TEI go back to the second stage once the GPU host can make
 * them again; meanwhile they are found by the old ones. How many.
 */
export async function reembedFallbackPoints({
  embedder,
  circuits,
  vectors,
  records,
  queues,
  pool,
}: Services): Promise<number> {
  if (!embedder.gpuHost.allowsCalls || !circuits.qdrant.allowsCalls) return 0;
  const marked = await circuits.qdrant.run(() => vectors.documentsBy('local', pointsAtATime));
  const indexed = await filterIndexed(pool, marked);
  if (indexed.length === 0) return 0;
  await records.reopen(indexed, 'embedding');
  await queues.enqueueAll('embedding', indexed);
  return indexed.length;
}

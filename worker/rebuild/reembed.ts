import type { Pool } from 'pg';

import type { Circuits } from '../circuit/circuits.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { filterIndexed } from '../records/stored-versions.ts';
import type { Vectors } from '../vectors/vectors.ts';

export interface ReembedDependencies {
  readonly pool: Pool;
  readonly records: Records;
  readonly queues: Queues;
  readonly vectors: Vectors;
  readonly embedder: EmbedderWithFallback;
  readonly circuits: Circuits;
}

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
}: ReembedDependencies): Promise<number> {
  if (!embedder.gpuHost.allowsCalls || !circuits.qdrant.allowsCalls) return 0;
  const marked = await circuits.qdrant.run(() => vectors.documentsBy('local', pointsAtATime));
  const indexed = await filterIndexed(pool, marked);
  if (indexed.length === 0) return 0;
  await records.reopen(indexed, 'embedding');
  await queues.enqueueAll('embedding', indexed);
  return indexed.length;
}

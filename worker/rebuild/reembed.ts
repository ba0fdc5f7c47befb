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
}: ReembedDependencies): Promise<number> {
  if (!embedder.primary.allowsCalls || !circuits.qdrant.allowsCalls) return 0;
  const marked = await circuits.qdrant.run(() => vectors.documentsBy('local', pointsPerSweep));
  const indexed = await filterIndexed(pool, marked);
  if (indexed.length === 0) return 0;
  await records.reopen(indexed, 'embedding');
  await queues.enqueueAll('embedding', indexed);
  return indexed.length;
}

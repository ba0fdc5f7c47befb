import type { Reranker } from '../embeddings/reranker.ts';
import { describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { measurePart } from '../measure.ts';
import type { FusedHit } from './fuse.ts';
import type { Took } from './took.ts';

/** Documents that are scored once more: enough to bring up what both ways ranked too low. */
export const rerankedDocuments = 50;

/**
 * Orders the best documents by a reranker's score of their chunk. The order stays when it does not
 * answer in time.
 *
 * @returns the documents, and whether their order is the reranker's
 */
export async function rerank(
  { reranker, log }: { readonly reranker: Reranker; readonly log: Logger },
  query: string,
  found: readonly FusedHit[],
  took: Took,
): Promise<{ readonly found: readonly FusedHit[]; readonly reranked: boolean }> {
  const best = found.slice(0, rerankedDocuments);
  if (best.length === 0 || !reranker.isReady) return { found, reranked: false };
  const texts = best.map(({ title, prefix, passage }) =>
    [title, prefix, passage].filter((part) => part !== undefined && part !== '').join('\n'),
  );
  try {
    const scores = await measurePart(took, 'rerankMs', () => reranker.score(query, texts));
    const ordered = best
      .map((hit, index) => ({ ...hit, rerankScore: scores[index] as number }))
      .sort((one, other) => other.rerankScore - one.rerankScore);
    return { found: [...ordered, ...found.slice(rerankedDocuments)], reranked: true };
  } catch (error) {
    log.warn({ reason: describeError(error) }, 'searched without the reranker');
    return { found, reranked: false };
  }
}

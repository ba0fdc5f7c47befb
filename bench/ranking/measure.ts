import type { JudgedQuery } from './judged-set.ts';
import { mean, ndcg, percentile, recall } from './measures.ts';

/** Answers a query with the URLs of documents, best first, at most so many. */
export type Find = (query: string, limit: number) => Promise<readonly string[]> | readonly string[];

/** How good the answers to all queries of a set are, and how long they took. */
export interface Measured {
  readonly ndcgAt10: number;
  readonly recallAt100: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Documents that a person who searches gets, and those among which recall looks. */
const shown = 10;
const deep = 100;
/** Asked before the clock runs: what is read for the first time takes longer. */
const warmUp = 10;

/** Asks one query after the other: as a person asks, with ten answers, then for the hundred best. */
export async function measure(queries: readonly JudgedQuery[], find: Find): Promise<Measured> {
  const times: number[] = [];
  const gained: number[] = [];
  const recalled: number[] = [];
  for (const { text } of queries.slice(0, warmUp)) await find(text, shown);
  for (const { text, gains } of queries) {
    const began = performance.now();
    const urls = await find(text, shown);
    times.push(performance.now() - began);
    gained.push(ndcg(urls, gains, shown));
  }
  for (const { text, gains } of queries) recalled.push(recall(await find(text, deep), gains, deep));
  return {
    ndcgAt10: mean(gained),
    recallAt100: mean(recalled),
    medianMs: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
  };
}

/** Chunks asked of an index per document of the answer, as the search itself does. */
const chunksPerDocument = 5;

/** @returns a search of documents by one of chunks: a document counts by its best chunk */
export function byBestChunk(
  search: (query: string, limit: number) => readonly { readonly url: string }[],
): Find {
  return (query, limit) =>
    [...new Set(search(query, limit * chunksPerDocument).map(({ url }) => url))].slice(0, limit);
}

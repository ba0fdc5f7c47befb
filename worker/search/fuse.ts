import type { FoundChunk, LegShare } from '../../shared/search-answer.ts';

export type Hit = FoundChunk;

/** A document of the merged list, and what each leg has to do with its score. */
export interface FusedHit extends Hit {
  /** Null where the leg was not asked, or found nothing at all. */
  readonly legs: Readonly<Record<LegName, LegShare | null>>;
  /** Of one of the best, where a reranker was asked: the order is by this. */
  readonly rerankScore?: number | undefined;
}

export type LegName = 'keyword' | 'semantic';

/** What one way of searching found, best first, and how to read its scores. */
export interface Leg {
  readonly name: LegName;
  readonly hits: readonly Hit[];
  /** Documents that it was asked to score, and did not find by itself. */
  readonly scored: readonly Hit[];
  readonly weight: number;
  /** The lowest possible score: 0 for BM25, -1 for a cosine. */
  readonly minScore: number;
  /**
   * The score that a document counts with when this leg did not score it: `min` where that means it
   * has none of the words, `last` (the lowest score of the leg) where it is unknown.
   */
  readonly absent: 'min' | 'last';
}

/**
 * How much meaning counts in a hybrid search where the query does not say; words count the rest.
 * The formula, its theoretical minimum and this number are TM2C2 from Bruch, Gai and Ingber, "An
 * Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42, 2023). The cosines of one answer
 * are close together and BM25 scores are far apart, so with 0.8 both have about the same influence.
 * What was measured beside it is in docs/fusion.md.
 */
export const defaultWeight = 0.8;

export const keywordLeg = (hits: readonly Hit[], weight = 1 - defaultWeight): Leg => ({
  name: 'keyword',
  hits,
  scored: [],
  weight,
  minScore: 0,
  absent: 'min',
});
export const semanticLeg = (
  hits: readonly Hit[],
  weight = defaultWeight,
  scored: readonly Hit[] = [],
): Leg => ({ name: 'semantic', hits, scored, weight, minScore: -1, absent: 'last' });

/** @returns the best chunk of each document, best document first */
export function keepBestPerDocument(hits: readonly Hit[]): Hit[] {
  const byUrl = new Map<string, Hit>();
  for (const hit of hits)
    if (hit.score > (byUrl.get(hit.url)?.score ?? -Infinity)) byUrl.set(hit.url, hit);
  return [...byUrl.values()].sort(compareHits);
}

/**
 * Merges the legs into one list of documents.
 *
 * Score = sum over the legs of weight x (score - min) / (max - min). The weights of the legs that
 * found anything are scaled so that their sum is 1. A document's chunk comes from the leg that
 * scored it higher.
 */
export function fuse(legs: readonly Leg[]): FusedHit[] {
  const found = legs.filter(({ hits }) => hits.length > 0);
  const total = found.reduce((sum, { weight }) => sum + weight, 0);
  const scaled = found.map((leg) => scaleLeg(leg, total === 0 ? 1 : leg.weight / total));
  const urls = new Set(scaled.flatMap(({ hits }) => [...hits.keys()]));
  return [...urls].map((url) => fuseOne(url, scaled)).sort(compareHits);
}

interface ScaledHit extends Hit {
  readonly scaled: number;
  readonly rank: number | null;
}

interface ScaledLeg {
  readonly name: LegName;
  readonly hits: ReadonlyMap<string, ScaledHit>;
  readonly weight: number;
  /** What a document counts that the leg did not score. */
  readonly absent: number;
}

function scaleLeg({ name, minScore, absent, ...leg }: Leg, weight: number): ScaledLeg {
  const hits = keepBestPerDocument(leg.hits);
  const ranks = new Map(hits.map(({ url }, index) => [url, index + 1]));
  const all = keepBestPerDocument([...hits, ...leg.scored]);
  const range = Math.max((all[0] as Hit).score - minScore, Number.EPSILON);
  const scale = (score: number) => (score - minScore) / range;
  const scaled = all.map((hit): [string, ScaledHit] => [
    hit.url,
    { ...hit, scaled: scale(hit.score), rank: ranks.get(hit.url) ?? null },
  ]);
  return {
    name,
    hits: new Map(scaled),
    weight,
    absent: absent === 'min' ? 0 : scale((all.at(-1) as Hit).score),
  };
}

function fuseOne(url: string, legs: readonly ScaledLeg[]): FusedHit {
  const shares: Record<LegName, LegShare | null> = { keyword: null, semantic: null };
  let score = 0;
  let strongest: ScaledHit | undefined;
  for (const { name, hits, weight, absent } of legs) {
    const hit = hits.get(url);
    const share = weight * (hit?.scaled ?? absent);
    score += share;
    shares[name] = { rank: hit?.rank ?? null, score: hit?.score ?? null, share };
    if (hit !== undefined && !(strongest !== undefined && strongest.scaled >= hit.scaled))
      strongest = hit;
  }
  const { scaled: _scaled, rank: _rank, ...shown } = strongest as ScaledHit;
  return { ...shown, score, legs: shares };
}

function compareHits(one: Hit, other: Hit): number {
  return other.score - one.score || (one.url < other.url ? -1 : 1);
}

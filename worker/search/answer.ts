import { canaryHost } from '../../shared/canary.ts';
import type { Code } from '../../shared/codes.ts';
import type { Explanation, FoundFacets, TextRange } from '../../shared/search-answer.ts';
import { documentIdOf } from '../documents/document-id.ts';
import type { Filters } from '../documents/filters.ts';
import { PulseError } from '../errors.ts';
import { measurePart, roundMs } from '../measure.ts';
import type { Tally } from '../metrics/tally.ts';
import { searches, searchLegSeconds, searchSeconds } from '../metrics/totals.ts';
import { readPageDetails } from '../records/page-details.ts';
import type { PageDetails } from '../records/page-details.ts';
import type { Services } from '../services.ts';
import { explainHits, splitQuery } from './explain.ts';
import { countFacets } from './facets.ts';
import type { FusedHit } from './fuse.ts';
import { search } from './search.ts';
import type { Mode } from './search.ts';
import type { Took } from './took.ts';

/** What the API and the command line ask for. */
export interface SearchRequest {
  readonly query: string;
  readonly mode: Mode;
  readonly limit: number;
  /** Documents to leave out. */
  readonly offset: number;
  readonly filters: Filters;
  /** As in `SearchOptions`. */
  readonly weight?: number | undefined;
  readonly explain: boolean;
  /** Values of each facet that are counted; left out, none are. */
  readonly facetLimit?: number | undefined;
}

/** A document of an answer, with all that is shown of it. */
export interface AnsweredHit {
  readonly hit: FusedHit;
  readonly id: string;
  /** Left out while Postgres is away. */
  readonly details: PageDetails | undefined;
  /** Left out when the thread of the keyword index has ended. */
  readonly highlights: readonly TextRange[] | undefined;
  readonly explain: Explanation | undefined;
}

export interface SearchAnswer {
  readonly mode: Mode;
  readonly degraded: boolean;
  readonly degradedBecause: Code | null;
  readonly total: number;
  readonly hasMore: boolean;
  /** As in `Answer` of a search. */
  readonly reranked: boolean | undefined;
  /** As in `FoundAnswer`. */
  readonly relaxed?: true | undefined;
  readonly took: { readonly totalMs: number } & Took &
    Record<'highlightMs' | 'detailsMs', number | null>;
  /** The nearest word of the index, where the query is one word that it does not have. */
  readonly didYouMean: string | null;
  /** Null for a search by meaning, which finds every document; left out where nobody asked. */
  readonly facets: FoundFacets | null | undefined;
  readonly results: readonly AnsweredHit[];
}

type AnswerServices = Parameters<typeof search>[0] & Pick<Services, 'pool' | 'tally'>;

/**
 * Searches, adds what is shown of what was found, and counts the search, unless it is a canary's.
 *
 * @throws PulseError as `search`
 */
export async function answerSearch(
  services: AnswerServices,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { tally } = services;
  const { mode, filters } = request;
  if (filters.domain === canaryHost) return findAnswer(services, request);
  try {
    const answer = await findAnswer(services, request);
    countAnswer(tally, answer);
    return answer;
  } catch (error) {
    tally.count(searches, { mode, outcome: 'error' });
    throw error;
  }
}

function countAnswer(tally: Tally, { mode, degraded, took }: SearchAnswer): void {
  const { totalMs, keywordMs, embedMs, vectorsMs, rerankMs } = took;
  tally.count(searches, { mode, outcome: degraded ? 'degraded' : 'ok' });
  tally.observe(searchSeconds, { mode }, totalMs / 1_000);
  const legs = { keyword: keywordMs, embed: embedMs, vectors: vectorsMs, rerank: rerankMs };
  for (const [leg, ms] of Object.entries(legs))
    if (typeof ms === 'number') tally.observe(searchLegSeconds, { leg }, ms / 1_000);
}

async function findAnswer(services: AnswerServices, request: SearchRequest): Promise<SearchAnswer> {
  const { query, mode, limit, offset, filters, weight, explain } = request;
  const startedMs = performance.now();
  const found = await search(services, query, mode, offset + limit, filters, { weight });
  const { degraded, degradedBecause, total, reranked, relaxed } = found;
  const took = { ...found.took, highlightMs: null, detailsMs: null };
  const shown = found.results.slice(offset);
  const [details, highlights, facets, didYouMean] = await Promise.all([
    measurePart(took, 'detailsMs', () => readDetails(services, shown)),
    measurePart(took, 'highlightMs', () => highlight(services, query, shown)),
    readFacets(services, request),
    suggest(services, request, found.results),
  ]);
  const ids = shown.map(({ url }) => documentIdOf(url));
  const fields = shown.map(({ title, prefix: header, passage: text }, index) => {
    const headings = details.get(ids[index] as string)?.headings?.join('\n');
    return { title, headings, header, text };
  });
  const explained =
    explain && highlights !== undefined
      ? await explainHits(services.keywords, query, shown, fields)
      : [];
  return {
    mode,
    degraded,
    degradedBecause,
    total,
    hasMore: total > offset + limit,
    reranked,
    ...(relaxed === true && { relaxed }),
    didYouMean,
    facets,
    took: { totalMs: roundMs(performance.now() - startedMs), ...took },
    results: shown.map((hit, index) => ({
      hit,
      id: ids[index] as string,
      details: details.get(ids[index] as string),
      highlights: highlights?.[index],
      explain: explained[index],
    })),
  };
}

/**
 * Reads what only Postgres knows of the pages. Searching does not depend on it: while it is away,
 * these fields are left out.
 */
async function readDetails(
  { pool, log }: Pick<Services, 'pool' | 'log'>,
  hits: readonly FusedHit[],
): Promise<Map<string, PageDetails>> {
  return readPageDetails(pool, hits).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    log.info({ err: error }, 'searched without the details that Postgres has');
    return new Map();
  });
}

/** @returns undefined when the thread of the keyword index has ended */
async function highlight(
  { keywords, log }: Pick<Services, 'keywords' | 'log'>,
  query: string,
  hits: readonly FusedHit[],
): Promise<readonly (readonly TextRange[])[] | undefined> {
  if (hits.length === 0) return [];
  const texts = hits.map(({ passage }) => passage);
  return keywords.highlight(query, texts).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    log.info({ err: error }, 'searched without highlights');
    return undefined;
  });
}

async function readFacets(
  { keywords }: Pick<Services, 'keywords'>,
  { query, mode, filters, facetLimit }: SearchRequest,
): Promise<FoundFacets | null | undefined> {
  if (facetLimit === undefined) return undefined;
  return mode === 'semantic' ? null : countFacets(keywords, query, filters, facetLimit);
}

/** Looks for another spelling of a query of one word by which nothing was found. */
async function suggest(
  { keywords }: Pick<Services, 'keywords'>,
  { query, mode }: SearchRequest,
  results: readonly FusedHit[],
): Promise<string | null> {
  const isFound = results.some(({ legs }) => legs.keyword !== null);
  if (mode === 'semantic' || isFound) return null;
  const [word, ...others] = splitQuery(query);
  if (word === undefined || others.length > 0) return null;
  return (await keywords.suggest(word)) ?? null;
}

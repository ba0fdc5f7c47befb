import { rejectOnAbort } from '../../shared/abort.ts';
import type { Code } from '../../shared/codes.ts';
import type { Circuits } from '../circuit/circuits.ts';
import type { Filters, Scope } from '../documents/filters.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import type { Reranker } from '../embeddings/reranker.ts';
import { PulseError } from '../errors.ts';
import type { Keywords } from '../keywords/keywords.ts';
import type { Logger } from '../logs.ts';
import { measurePart } from '../measure.ts';
import type { Vectors } from '../vectors/vectors.ts';
import { defaultWeight, fuse, keywordLeg, semanticLeg } from './fuse.ts';
import type { FusedHit, Hit } from './fuse.ts';
import { rerank, rerankedDocuments } from './rerank.ts';
import { withoutCanaries } from './scope.ts';
import type { Took } from './took.ts';

export interface SearchDependencies {
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly embedder: EmbedderWithFallback;
  readonly circuits: Circuits;
  readonly log: Logger;
  readonly reranker?: Reranker | undefined;
}

export type Mode = 'hybrid' | 'keyword' | 'semantic';

export interface Answer {
  readonly mode: Mode;
  /** Only keywords were searched, because the GPU host is away. */
  readonly degraded: boolean;
  /** Why it is. */
  readonly degradedBecause: Code | null;
  /** How many documents are known to match: those among the chunks that both legs returned. */
  readonly total: number;
  readonly took: Took;
  /** Whether the order of the best is a reranker's; left out where there is none to ask. */
  readonly reranked?: boolean | undefined;
  /** As in `FoundAnswer`. */
  readonly relaxed?: true | undefined;
  readonly results: readonly FusedHit[];
}

export interface SearchOptions {
  /** Of a hybrid search, how much meaning counts: from 0, words alone, to 1, meaning alone. */
  readonly weight?: number | undefined;
}

/** Chunks asked of each leg per document of the answer: several may be of the same document. */
const chunksPerDocument = 5;
/**
 * A person waits, and the keyword leg has answered already. Embedding a query takes some 20 ms on a
 * GPU and up to half a second on a CPU.
 */
const hybridLimitMs = 2_000;
/** A longer query is cut, and halved again while the model refuses it and it has 100 characters. */
const maxQueryLength = 8_000;
const minCutLength = 100;

/**
 * Searches with both legs at once, the filters on both. Where there is a reranker it orders the
 * best documents of a hybrid search.
 *
 * @returns the best chunk of each document, best first; keyword results alone (`degraded`) when a
 *   hybrid search gets no answer from the GPU host, whatever its weight
 * @throws PulseError when `semantic` was asked for and the GPU host is away
 */
export async function search(
  dependencies: SearchDependencies,
  query: string,
  mode: Mode,
  limit: number,
  filters: Filters = {},
  options: SearchOptions = {},
): Promise<Answer> {
  const { reranker, log } = dependencies;
  if (mode !== 'hybrid' || reranker === undefined)
    return searchLegs(dependencies, query, mode, limit, filters, options);
  const most = Math.max(limit, rerankedDocuments);
  const answer = await searchLegs(dependencies, query, mode, most, filters, options);
  const took = { ...answer.took };
  const { found, reranked } = await rerank({ reranker, log }, query, answer.results, took);
  return { ...answer, took, reranked, results: found.slice(0, limit) };
}

async function searchLegs(
  dependencies: SearchDependencies,
  query: string,
  mode: Mode,
  limit: number,
  filters: Filters,
  { weight = defaultWeight }: SearchOptions,
): Promise<Answer> {
  const took: Took = { keywordMs: null, embedMs: null, vectorsMs: null };
  let isRelaxed = false;
  if (!/[\p{L}\p{N}]/u.test(query)) return answer([]);
  const scope = withoutCanaries(filters);
  const keywordHits =
    mode === 'semantic'
      ? Promise.resolve([])
      : measurePart(took, 'keywordMs', () =>
          dependencies.keywords.search(query, scope, limit * chunksPerDocument),
        );
  const byWordsAlone = mode === 'keyword' || (mode === 'hybrid' && weight === 0);
  const semanticHits = byWordsAlone
    ? nothing
    : searchSemantic(
        dependencies,
        query,
        scope,
        limit * chunksPerDocument,
        weight === 1 ? Promise.resolve([]) : keywordHits,
        took,
        mode === 'hybrid' ? AbortSignal.timeout(hybridLimitMs) : undefined,
      );
  const [lexical, semantic] = await Promise.allSettled([keywordHits, semanticHits]);
  if (lexical.status === 'rejected') throw lexical.reason;
  isRelaxed = lexical.value.some(({ relaxed }) => relaxed === true);
  if (semantic.status === 'fulfilled') return answer(fuseLegs(lexical.value, semantic.value));
  const away: unknown = semantic.reason;
  if (mode === 'semantic' || !(away instanceof PulseError)) throw semantic.reason;
  dependencies.log.warn({ err: away }, 'searched by keyword only');
  return answer(fuse([keywordLeg(lexical.value)]), away.code);

  function fuseLegs(words: readonly Hit[], { nearest, scored }: SemanticHits): FusedHit[] {
    const meaning = semanticLeg(nearest, weight, scored);
    const both = mode === 'hybrid' && weight === 1 ? [] : [keywordLeg(words, 1 - weight)];
    return fuse([...both, meaning]);
  }

  function answer(found: readonly FusedHit[], degradedBecause: Code | null = null): Answer {
    return {
      mode,
      degraded: degradedBecause !== null,
      degradedBecause,
      total: found.length,
      // What was given up may end later.
      took: { ...took },
      ...(isRelaxed && { relaxed: true as const }),
      results: found.slice(0, limit),
    };
  }
}

/** What the semantic leg found, and what it scored of the other leg's documents. */
interface SemanticHits {
  readonly nearest: readonly Hit[];
  readonly scored: readonly Hit[];
}
const nothing: SemanticHits = { nearest: [], scored: [] };

/**
 * Finds the nearest chunks, and the scores of the documents that only the keyword leg found, so
 * that both legs score the same documents. An open circuit answers at once; a call that hangs ends
 * with `signal`.
 */
async function searchSemantic(
  { embedder, vectors, circuits }: SearchDependencies,
  query: string,
  scope: Scope,
  limit: number,
  keywordHits: Promise<readonly Hit[]>,
  took: Took,
  signal: AbortSignal | undefined,
): Promise<SemanticHits> {
  const embed = async (text: string): Promise<readonly number[]> => {
    try {
      return await measurePart(took, 'embedMs', () => embedder.embedQuery(text, signal));
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind !== 'final' || text.length < minCutLength)
        throw error;
      return embed(text.slice(0, text.length / 2));
    }
  };
  const find = (vector: readonly number[], urls?: readonly string[]) =>
    measurePart(took, 'vectorsMs', () => vectors.search(vector, limit, scope, urls));
  const leg = embed(query.slice(0, maxQueryLength).toWellFormed()).then((vector) =>
    circuits.qdrant.run(async () => {
      const [nearest, lexical] = await Promise.all([find(vector), keywordHits.catch(() => [])]);
      const known = new Set(nearest.map(({ url }) => url));
      const others = [...new Set(lexical.map(({ url }) => url))].filter((url) => !known.has(url));
      const scored = await scoreDocuments(others, limit, (urls) => find(vector, urls));
      return { nearest, scored };
    }),
  );
  if (signal === undefined) return leg;
  return Promise.race([leg, rejectOnAbort(signal)]).catch((error: unknown) => {
    throw signal.aborted
      ? new PulseError(
          'TEI_TIMEOUT',
          'away',
          `no answer by meaning within ${hybridLimitMs} ms`,
          error,
        )
      : error;
  });
}

/** Questions about the documents that only the keyword leg found. */
const maxScoringQuestions = 4;

/**
 * Scores documents by their nearest chunk. An answer of `limit` chunks may be all of a few
 * documents with many; then the others are asked for again.
 */
async function scoreDocuments(
  urls: readonly string[],
  limit: number,
  find: (urls: readonly string[]) => Promise<Hit[]>,
): Promise<Hit[]> {
  const scored: Hit[] = [];
  let left = urls;
  for (let asked = 0; left.length > 0 && asked < maxScoringQuestions; asked += 1) {
    const found = await find(left);
    scored.push(...found);
    if (found.length < limit) break;
    const known = new Set(found.map(({ url }) => url));
    left = left.filter((url) => !known.has(url));
  }
  return scored;
}

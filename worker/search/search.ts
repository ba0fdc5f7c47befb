import { rejectOnAbort } from '../../healthchecks/probe.ts';
import type { Circuits } from '../circuit/circuits.ts';
import type { Filters } from '../documents/filters.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import { PulseError } from '../errors.ts';
import type { Keywords } from '../keywords/keywords.ts';
import type { Logger } from '../logs.ts';
import type { Vectors } from '../vectors/vectors.ts';
import { fuse, keywordLeg, semanticLeg } from './fuse.ts';
import type { Hit } from './fuse.ts';

export interface SearchDependencies {
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly embedder: EmbedderWithFallback;
  readonly circuits: Circuits;
  readonly log: Logger;
}

export type Mode = 'hybrid' | 'keyword' | 'semantic';

export interface Answer {
  readonly mode: Mode;
  /** Only keywords were searched, because the GPU host is away. */
  readonly degraded: boolean;
  readonly results: readonly Hit[];
}

/** Passages asked of each leg for one document in the answer: several may be of the same page. */
const depth = 5;
/**
 * Somebody waits, and has the keyword leg's answer already. Embedding a query takes some 20 ms on a
 * GPU, up to half a second on a CPU.
 */
const hybridLimitMs = 2_000;
/** A longer question is cut, and by half again as long as the model does not take it. */
const longestQuestion = 8_000;
const shortestCut = 100;

/**
 * Both legs at once, the filters on both; the best passage of each page. @throws PulseError when
 * `semantic` was asked for and the GPU host is away
 */
export async function search(
  dependencies: SearchDependencies,
  query: string,
  mode: Mode,
  limit: number,
  filters: Filters = {},
): Promise<Answer> {
  if (!/[\p{L}\p{N}]/u.test(query)) return { mode, degraded: false, results: [] };
  const byKeyword =
    mode === 'semantic'
      ? Promise.resolve([])
      : dependencies.keywords.search(query, filters, limit * depth);
  const byMeaning =
    mode === 'keyword'
      ? []
      : searchByMeaning(
          dependencies,
          query,
          filters,
          limit * depth,
          byKeyword,
          mode === 'hybrid' ? AbortSignal.timeout(hybridLimitMs) : undefined,
        );
  const [lexical, semantic] = await Promise.allSettled([byKeyword, byMeaning]);
  if (lexical.status === 'rejected') throw lexical.reason;
  const away = semantic.status === 'rejected';
  if (away && (mode === 'semantic' || !(semantic.reason instanceof PulseError)))
    throw semantic.reason;
  if (away) dependencies.log.warn({ err: semantic.reason }, 'searched by keyword only');
  return {
    mode,
    degraded: away,
    results: fuse([keywordLeg(lexical.value), semanticLeg(away ? [] : semantic.value)]).slice(
      0,
      limit,
    ),
  };
}

/**
 * The nearest passages, and how near those pages are that only keywords found, so that both legs
 * speak of the same pages. An open circuit answers at once; what only hangs is given up when time
 * is out.
 */
async function searchByMeaning(
  { embedder, vectors, circuits }: SearchDependencies,
  query: string,
  filters: Filters,
  limit: number,
  byKeyword: Promise<readonly Hit[]>,
  signal: AbortSignal | undefined,
): Promise<Hit[]> {
  const embedded = async (words: string): Promise<readonly number[]> => {
    try {
      return await embedder.embedQuery(words, signal);
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind !== 'final' || words.length < shortestCut)
        throw error;
      return embedded(words.slice(0, words.length / 2));
    }
  };
  const leg = embedded(query.slice(0, longestQuestion).toWellFormed()).then((vector) =>
    circuits.qdrant.run(async () => {
      const [nearest, lexical] = await Promise.all([
        vectors.search(vector, limit, filters),
        byKeyword.catch(() => []),
      ]);
      const known = new Set(nearest.map(({ url }) => url));
      const others = [...new Set(lexical.map(({ url }) => url))].filter((url) => !known.has(url));
      return others.length === 0
        ? nearest
        : [...nearest, ...(await vectors.search(vector, limit, filters, others))];
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

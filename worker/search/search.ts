import { rejectOnAbort } from '../../shared/abort.ts';
import { canaryHost } from '../../shared/canary.ts';
import type { Code } from '../../shared/codes.ts';
import type { Circuits } from '../circuit/circuits.ts';
import type { Filters, Scope } from '../documents/filters.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import { PulseError } from '../errors.ts';
import type { Keywords } from '../keywords/keywords.ts';
import type { Logger } from '../logs.ts';
import { measurePart } from '../measure.ts';
import type { Vectors } from '../vectors/vectors.ts';
import { fuse, keywordLeg, semanticLeg } from './fuse.ts';
import type { Hit } from './fuse.ts';
import type { Took } from './took.ts';

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
  /** Why it is. */
  readonly degradedBecause: Code | null;
  /** How many documents are known to match: those among the chunks that both legs returned. */
  readonly total: number;
  readonly took: Took;
  readonly results: readonly Hit[];
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
 * Searches with both legs at once, the filters on both.
 *
 * @returns the best chunk of each document, best first; keyword results alone (`degraded`) when a
 *   hybrid search gets no answer from the GPU host
 * @throws PulseError when `semantic` was asked for and the GPU host is away
 */
export async function search(
  dependencies: SearchDependencies,
  query: string,
  mode: Mode,
  limit: number,
  filters: Filters = {},
): Promise<Answer> {
  const took: Took = { keywordMs: null, embedMs: null, vectorsMs: null };
  if (!/[\p{L}\p{N}]/u.test(query)) return answer([]);
  const scope = withoutCanaries(filters);
  const keywordHits =
    mode === 'semantic'
      ? Promise.resolve([])
      : measurePart(took, 'keywordMs', () =>
          dependencies.keywords.search(query, scope, limit * chunksPerDocument),
        );
  const semanticHits =
    mode === 'keyword'
      ? []
      : searchSemantic(
          dependencies,
          query,
          scope,
          limit * chunksPerDocument,
          keywordHits,
          took,
          mode === 'hybrid' ? AbortSignal.timeout(hybridLimitMs) : undefined,
        );
  const [lexical, semantic] = await Promise.allSettled([keywordHits, semanticHits]);
  if (lexical.status === 'rejected') throw lexical.reason;
  if (semantic.status === 'fulfilled') return answer(fuseLegs(lexical.value, semantic.value));
  const away: unknown = semantic.reason;
  if (mode === 'semantic' || !(away instanceof PulseError)) throw semantic.reason;
  dependencies.log.warn({ err: away }, 'searched by keyword only');
  return answer(fuseLegs(lexical.value, []), away.code);

  function answer(found: readonly Hit[], degradedBecause: Code | null = null): Answer {
    return {
      mode,
      degraded: degradedBecause !== null,
      degradedBecause,
      total: found.length,
      // What was given up may end later.
      took: { ...took },
      results: found.slice(0, limit),
    };
  }
}

/** Canaries are found by those alone who name their host: verification. */
function withoutCanaries(filters: Filters): Scope {
  return filters.domain === undefined ? { ...filters, exceptDomain: canaryHost } : filters;
}

function fuseLegs(lexical: readonly Hit[], semantic: readonly Hit[]): Hit[] {
  return fuse([keywordLeg(lexical), semanticLeg(semantic)]);
}

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
): Promise<Hit[]> {
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
      return others.length === 0 ? nearest : [...nearest, ...(await find(vector, others))];
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

import { isDeepStrictEqual } from 'node:util';

import type { InputOf } from '../../shared/commands/input.ts';
import type { search } from '../../shared/commands/search.ts';
import { fetchJson } from '../../shared/http.ts';
import type { FoundAnswer, FoundDocument } from '../../shared/search-answer.ts';
import { readAccess, storeAccess } from './access.ts';
import type { Access } from './access.ts';

export type SearchInput = InputOf<typeof search>;

/** The API's own form of an answer; the parts that are read here. */
type ApiDocument = Omit<FoundDocument, 'passage'> & { readonly text: string };
interface ApiAnswer extends Omit<FoundAnswer, 'results'> {
  readonly results: readonly ApiDocument[];
}

/** An API that takes longer is asked no further; a hybrid search takes 2 s at most. */
const timeoutMs = 5_000;
/** The API's own limit of results in one answer. */
const pageSize = 100;

/**
 * Asks the stack's API, with the key for searches. Address and key may have changed since they were
 * kept: they are read again when the API does not answer.
 *
 * @param query not empty
 * @returns undefined where the API does not answer, or refuses: a worker can be asked
 */
export async function askApi(query: string, input: SearchInput): Promise<FoundAnswer | undefined> {
  const kept = readAccess(input.stack);
  const answer = kept && (await askWith(kept, query, input));
  if (answer !== undefined) return answer;
  const access = await storeAccess(input.stack);
  if (access === undefined || isDeepStrictEqual(access, kept)) return undefined;
  return askWith(access, query, input);
}

async function askWith(
  access: Access,
  query: string,
  input: SearchInput,
): Promise<FoundAnswer | undefined> {
  try {
    const pages: ApiAnswer[] = [];
    const first = input.offset ?? 0;
    const end = first + input.limit;
    for (let offset = first; offset < end; offset += pageSize)
      pages.push(await askPage(access, query, input, offset, end - offset));
    return joinPages(pages);
  } catch {
    return undefined; // a worker is asked, and says what is wrong
  }
}

function askPage(
  { address, key }: Access,
  query: string,
  input: SearchInput,
  offset: number,
  left: number,
): Promise<ApiAnswer> {
  const { mode, weight, explain, facets } = input;
  const { domain, language, country, mobile: isMobile } = input;
  const filters = { domain, language, country, isMobile };
  const limit = Math.min(pageSize, left);
  const body = { query, mode, offset, limit, weight, explain, facets, filters };
  const headers = { authorization: `Bearer ${key}` };
  const signal = AbortSignal.timeout(timeoutMs);
  return fetchJson(address, '/api/search', signal, { body, headers }) as Promise<ApiAnswer>;
}

/** As the worker's command line prints it: a document that two pages have stands there once. */
function joinPages(pages: readonly ApiAnswer[]): FoundAnswer {
  const [{ mode, degraded, degradedBecause, total, took, ...first }] = pages as [ApiAnswer];
  const { reranked, relaxed, didYouMean, facets } = first;
  const byUrl = Map.groupBy(
    pages.flatMap((page) => page.results),
    ({ url }) => url,
  );
  const results = [...byUrl.values()].map((found) => {
    const [{ url, title, text: passage, prefix, chunk, ...ranked }] = found as [ApiDocument];
    const { score, rerankScore, highlights, explain } = ranked;
    return { url, title, passage, prefix, chunk, score, rerankScore, highlights, explain };
  });
  const hasMore = pages.at(-1)?.hasMore ?? false;
  return {
    mode,
    degraded,
    degradedBecause,
    total,
    hasMore,
    reranked,
    ...(relaxed === true && { relaxed }),
    didYouMean,
    facets,
    took,
    results,
  };
}

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { documentIdOf } from '../documents/document-id.ts';
import { normalizeFilters } from '../documents/filters.ts';
import { PulseError } from '../errors.ts';
import type { TextRange } from '../keywords/highlighter.ts';
import { measurePart, roundMs } from '../measure.ts';
import { readPageDetails } from '../records/page-details.ts';
import type { PageDetails } from '../records/page-details.ts';
import type { Hit } from '../search/fuse.ts';
import { search } from '../search/search.ts';
import type { Services } from '../services.ts';
import { filterText, parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';

/** The best results of both legs are merged anew for every page: more would be guesswork. */
const maxRank = 200;

const filters = z.object({
  domain: filterText('host').nullish(),
  language: filterText('language').nullish(),
  country: filterText('country').nullish(),
  isMobile: z.boolean().nullish(),
});
const count = (least: number, most: number) => z.int().min(least).max(most);
const input = z
  .object({
    query: z.string().refine((text) => text.trim() !== '', 'is empty'),
    // The predecessor calls the search by keyword by its formula.
    mode: z
      .enum(['hybrid', 'keyword', 'semantic', 'bm25'])
      .default('hybrid')
      .transform((mode) => (mode === 'bm25' ? 'keyword' : mode)),
    limit: count(1, 100).default(10),
    offset: count(0, maxRank - 1).default(0),
    filters: filters.nullish(),
  })
  .refine(({ limit, offset }) => limit + offset <= maxRank, {
    path: ['offset'],
    message: `offset and limit together are at most ${maxRank}`,
  });
type Input = z.output<typeof input>;

/** Searches, asked as JSON or in the address. */
export async function addSearchRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit } as const;
  app.post('/api/search', { config }, ({ body }) => answer(services, parseInput(input, body)));
  app.get('/api/search', { config }, ({ query }) =>
    answer(services, parseInput(input, readQuery(query as Readonly<Record<string, string>>))),
  );
}

/** Makes of `?q=…&limit=5&domain=…` what would be posted. */
function readQuery({
  q,
  limit,
  offset,
  isMobile,
  mode,
  ...rest
}: Readonly<Record<string, string>>): object {
  return {
    query: q,
    mode,
    limit: limit === undefined ? undefined : Number(limit),
    offset: offset === undefined ? undefined : Number(offset),
    filters: { ...rest, isMobile: readFlag(isMobile) },
  };
}

function readFlag(text: string | undefined): unknown {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

async function answer(services: Services, { query, mode, limit, offset, ...given }: Input) {
  const startedMs = performance.now();
  const { domain, language, country, isMobile } = given.filters ?? {};
  const found = await search(
    services,
    query,
    mode,
    offset + limit,
    normalizeFilters({
      domain: domain ?? undefined,
      language: language ?? undefined,
      country: country ?? undefined,
      isMobile: isMobile ?? undefined,
    }),
  );
  const { degraded, degradedBecause, total } = found;
  const took = { ...found.took, highlightMs: null, detailsMs: null };
  const shown = found.results.slice(offset);
  const [details, highlights] = await Promise.all([
    measurePart(took, 'detailsMs', () => readDetails(services, shown)),
    measurePart(took, 'highlightMs', () => highlight(services, query, shown)),
  ]);
  return {
    query,
    mode,
    degraded,
    degradedBecause,
    total,
    hasMore: total > offset + limit,
    took: { totalMs: roundMs(performance.now() - startedMs), ...took },
    results: shown.map((hit, index) => describeHit(hit, details, highlights?.[index])),
  };
}

/**
 * Reads what only Postgres knows of the pages. Searching does not depend on it: while it is away,
 * these fields are left out.
 */
async function readDetails(
  { pool, log }: Pick<Services, 'pool' | 'log'>,
  hits: readonly Hit[],
): Promise<Map<string, PageDetails>> {
  return readPageDetails(pool, hits).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    log.info({ err: error }, 'searched without the details that Postgres has');
    return new Map();
  });
}

/** @returns undefined when the keyword index is away, on which a search by meaning does not depend */
async function highlight(
  { keywords, log }: Pick<Services, 'keywords' | 'log'>,
  query: string,
  hits: readonly Hit[],
): Promise<TextRange[][] | undefined> {
  if (hits.length === 0) return [];
  const texts = hits.map(({ passage }) => passage);
  return keywords.highlight(query, texts).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    log.info({ err: error }, 'searched without highlights');
    return undefined;
  });
}

function describeHit(
  { url, title, passage: text, chunk, score }: Hit,
  known: ReadonlyMap<string, PageDetails>,
  highlights: readonly TextRange[] | undefined,
): object {
  const id = documentIdOf(url);
  const { description, headings, ...metadata } = known.get(id) ?? {};
  return {
    id,
    url,
    title,
    description,
    text,
    highlights,
    headings,
    chunk,
    score,
    metadata: { domain: new URL(url).hostname, ...metadata },
  };
}

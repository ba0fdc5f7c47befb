import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { normalizeFilters } from '../documents/filters.ts';
import { answerSearch } from '../search/answer.ts';
import type { AnsweredHit } from '../search/answer.ts';
import type { Services } from '../services.ts';
import { filterText, parseInput } from './input.ts';
import { facetLimit, requestsPerSecond } from './limits.ts';

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
    weight: z.number().min(0).max(1).nullish(),
    explain: z.boolean().default(false),
    facets: z.boolean().default(false),
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
  mode,
  limit,
  offset,
  weight,
  explain,
  facets,
  isMobile,
  ...rest
}: Readonly<Record<string, string>>): object {
  return {
    query: q,
    mode,
    limit: readNumber(limit),
    offset: readNumber(offset),
    weight: readNumber(weight),
    explain: readFlag(explain),
    facets: readFlag(facets),
    filters: { ...rest, isMobile: readFlag(isMobile) },
  };
}

/** A text that is no number is refused, as one in JSON is. */
function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.trim() === '' ? NaN : Number(text);
}

function readFlag(text: string | undefined): unknown {
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

async function answer(services: Services, { filters: given, facets, ...request }: Input) {
  const { domain, language, country, isMobile } = given ?? {};
  const { results, ...found } = await answerSearch(services, {
    ...request,
    weight: request.weight ?? undefined,
    facetLimit: facets ? facetLimit : undefined,
    filters: normalizeFilters({
      domain: domain ?? undefined,
      language: language ?? undefined,
      country: country ?? undefined,
      isMobile: isMobile ?? undefined,
    }),
  });
  return { query: request.query, ...found, results: results.map(describeHit) };
}

function describeHit({ hit, id, details, highlights, explain }: AnsweredHit): object {
  const { url, title, prefix, passage: text, chunk, score, rerankScore } = hit;
  const { description, headings, ...metadata } = details ?? {};
  return {
    id,
    url,
    title,
    description,
    prefix,
    text,
    highlights,
    headings,
    chunk,
    score,
    rerankScore,
    metadata: { domain: new URL(url).hostname, ...metadata },
    explain,
  };
}

import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';

import { normalizeFilters } from '../documents/filters.ts';
import { answerSearch } from '../search/answer.ts';
import type { AnsweredHit, SearchAnswer } from '../search/answer.ts';
import type { Services } from '../services.ts';
import { parseInput } from './input.ts';
import { facetLimit, requestsPerSecond } from './limits.ts';
import {
  addressSearchContract,
  searchContract,
  searchInput,
  searchQuery,
} from './search-contract.ts';

export type SearchInput = z.output<typeof searchInput>;

/** Searches, asked as JSON or in the address. */
export async function addSearchRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit } as const;
  app.post('/api/search', { config: { ...config, contract: searchContract } }, ({ body }) =>
    answer(services, parseInput(searchInput, body)),
  );
  app.get('/api/search', { config: { ...config, contract: addressSearchContract } }, ({ query }) =>
    answer(services, parseInput(searchInput, readQuery(query as Parameters))),
  );
}

/** As Fastify reads an address: one that stands there twice is a list. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

/**
 * @param query of a link, to which programs add parameters of their own: they are left out
 * @throws DetailedError API_INVALID
 */
export function readSearch(query: Parameters): SearchInput {
  const own = Object.entries(query).filter(([name]) => Object.hasOwn(searchQuery.shape, name));
  return parseInput(searchInput, readQuery(Object.fromEntries(own)));
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
}: Parameters): object {
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

/** What is no number, or a list, is refused, as it is in JSON. */
function readNumber(given: Parameters[string] | undefined): unknown {
  if (typeof given !== 'string') return given;
  return given.trim() === '' ? NaN : Number(given);
}

function readFlag(given: Parameters[string] | undefined): unknown {
  return given === 'true' || given === 'false' ? given === 'true' : given;
}

async function answer(services: Services, input: SearchInput) {
  const { results, ...found } = await runSearch(services, input);
  return { query: input.query, ...found, results: results.map(describeHit) };
}

/** @throws PulseError as `answerSearch` */
export function runSearch(
  services: Services,
  { filters: given, facets, ...request }: SearchInput,
): Promise<SearchAnswer> {
  const { domain, language, country, isMobile } = given ?? {};
  return answerSearch(services, {
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

import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';

import { normalizeFilters } from '../documents/filters.ts';
import { answerSearch } from '../search/answer.ts';
import type { AnsweredHit } from '../search/answer.ts';
import type { Services } from '../services.ts';
import { parseInput } from './input.ts';
import { facetLimit, requestsPerSecond } from './limits.ts';
import { addressSearchContract, searchContract, searchInput } from './search-contract.ts';

type Input = z.output<typeof searchInput>;

/** Searches, asked as JSON or in the address. */
export async function addSearchRoutes(app: FastifyInstance, services: Services): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit } as const;
  app.post('/api/search', { config: { ...config, contract: searchContract } }, ({ body }) =>
    answer(services, parseInput(searchInput, body)),
  );
  app.get('/api/search', { config: { ...config, contract: addressSearchContract } }, ({ query }) =>
    answer(services, parseInput(searchInput, readQuery(query as Record<string, string>))),
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

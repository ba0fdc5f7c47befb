import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { canaryHost } from '../../shared/canary.ts';
import { keepForAWhile } from '../keep-for-a-while.ts';
import type { FacetCount } from '../keywords/facets.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { showFacets } from '../search/facets.ts';
import type { Contract } from './contract.ts';
import { parseInput } from './input.ts';
import { facetLimit, requestsPerSecond } from './limits.ts';

/** What can be filtered by: the values, with the documents that can be found by keyword. */
export interface Facets {
  readonly hosts: readonly FacetCount[];
  readonly languages: readonly FacetCount[];
  readonly countries: readonly FacetCount[];
}

const keptMs = 60_000;

const counted = z.array(z.object({ value: z.string(), documents: z.int() }));
const facetsQuery = z.strictObject({});
const facetsContract: Contract = {
  group: 'search',
  summary: 'Counts what can be filtered by',
  description: `All documents that can be found by keyword, by each value; the ${facetLimit} that most have.`,
  query: facetsQuery,
  answers: {
    200: {
      description: 'The values, up to a minute old',
      schema: z.object({ hosts: counted, languages: counted, countries: counted }),
    },
  },
  example: {
    answer: {
      hosts: [{ value: 'docs.example.org', documents: 812 }],
      languages: [{ value: 'en', documents: 790 }],
      countries: [],
    },
  },
};

export async function addFacetRoutes(
  app: FastifyInstance,
  { count }: { readonly count: () => Promise<Facets> },
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit, contract: facetsContract } as const;
  app.get('/api/facets', { config }, ({ query }) => {
    parseInput(facetsQuery, query);
    return count();
  });
}

/**
 * @param keywords of its own, because counting would hold up searches
 * @returns counts the whole index; for a while it tells what it counted last
 */
export function openFacetCounts(keywords: Keywords): () => Promise<Facets> {
  return keepForAWhile(() => countFacets(keywords), keptMs);
}

async function countFacets(keywords: Keywords): Promise<Facets> {
  const names = ['domain', 'language', 'country'] as const;
  return showFacets(await keywords.countFacets(names, canaryHost, facetLimit));
}

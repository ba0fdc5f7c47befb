import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { canaryHost } from '../../shared/canary.ts';
import { keepAnswer } from '../keep-answer.ts';
import type { FacetCount } from '../keywords/facets.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { showFacets } from '../search/facets.ts';
import { parseInput } from './input.ts';
import { facetLimit, requestsPerSecond } from './limits.ts';

/** What can be filtered by: the values, with the documents that can be found by keyword. */
interface Facets {
  readonly hosts: readonly FacetCount[];
  readonly languages: readonly FacetCount[];
  readonly countries: readonly FacetCount[];
}

/** @param keywords of its own, because counting would hold up searches */
export async function addFacetRoutes(app: FastifyInstance, keywords: Keywords): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const count = keepAnswer(() => countFacets(keywords));
  app.get('/api/facets', { config: { access: 'read', rateLimit } }, ({ query }) => {
    parseInput(z.strictObject({}), query);
    return count();
  });
  app.addHook('onClose', () => keywords.close());
}

async function countFacets(keywords: Keywords): Promise<Facets> {
  const [hosts, languages, countries] = await Promise.all(
    (['domain', 'language', 'country'] as const).map((name) =>
      keywords.countFacet(name, canaryHost, facetLimit),
    ),
  );
  return showFacets({ domain: hosts ?? [], language: languages ?? [], country: countries ?? [] });
}

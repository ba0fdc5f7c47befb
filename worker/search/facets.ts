import type { FoundFacets } from '../../shared/search-answer.ts';
import type { Filters } from '../documents/filters.ts';
import type { FacetCount } from '../keywords/facets.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { withoutCanaries } from './scope.ts';

/**
 * Counts what a query finds by keyword, `limit` values of each facet at most.
 *
 * @returns null while the keyword file of the release before is searched
 */
export async function countFacets(
  keywords: Keywords,
  query: string,
  filters: Filters,
  limit: number,
): Promise<FoundFacets | null> {
  const scope = withoutCanaries(filters);
  const counted = await keywords.countFacetsOf(query, scope, limit);
  if (counted === undefined) return null;
  const { documents, isLeast, counts } = counted;
  return {
    documents,
    atLeast: isLeast,
    ...showFacets(counts),
    isMobile: counts.isMobile.map((one) => ({ ...one, value: one.value === 'true' })),
  };
}

/** Writes the values of facets as documents have them. */
export function showFacets({
  domain,
  language,
  country,
}: Readonly<Record<'domain' | 'language' | 'country', readonly FacetCount[]>>) {
  return {
    // A file has none.
    hosts: domain.filter(({ value }) => value !== ''),
    languages: language,
    countries: country.map(({ value, documents }) => ({ value: value.toUpperCase(), documents })),
  };
}

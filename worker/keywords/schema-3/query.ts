import type { Scope } from '../../documents/filters.ts';
import { buildFacet, buildFacetFilters } from '../facet-words.ts';
import { listExactForms, listForms, segmentUnspaced, splitName } from './terms.ts';

/** More terms than any question has: a whole pasted page is cut here. */
const maxTerms = 64;
/** In characters. */
const maxQueryLength = 4_000;

/**
 * Splits a query into terms: every word, the parts of a compound name, its other forms, and the
 * exact form of a word that stemming changes.
 *
 * @returns quoted phrases of FTS5's language, so that its operators (`AND`, `NEAR(`, `*`) have no
 *   effect
 */
export function parseTerms(query: string): string[] {
  const terms = new Set<string>();
  for (const [word] of query
    .slice(0, maxQueryLength)
    .normalize('NFC')
    .matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*/gu)) {
    const name = word.replace(/[_.-]+$/, '').toLowerCase();
    for (const form of [name, ...listForms(word), ...splitName(word), ...segmentUnspaced(word)])
      terms.add(quotePhrase(form.toLowerCase()));
    for (const form of listExactForms(name)) terms.add(`exact : ${quotePhrase(form)}`);
    if (terms.size >= maxTerms) break;
  }
  return [...terms].slice(0, maxTerms);
}

function quotePhrase(words: string): string {
  return `"${words}"`;
}

/** A term, and the number of chunks that have it, up to the budget. */
export interface TermCount {
  readonly term: string;
  readonly chunks: number;
}

/**
 * Selects the terms to search by: the rarest ones whose chunks together are within the budget, but
 * at least one. A term that nearly every chunk has has a BM25 weight near 0 and costs the most.
 */
export function selectTerms(terms: readonly TermCount[], budget: number): TermCount[] {
  const found = terms
    .filter(({ chunks }) => chunks > 0)
    .sort((one, other) => one.chunks - other.chunks);
  let sum = 0;
  return found.filter(({ chunks }, index) => {
    sum += chunks;
    return index === 0 || sum <= budget;
  });
}

/** @returns an FTS5 expression for chunks with any of the terms, and all of the filters */
export function buildMatch(terms: readonly string[], { exceptDomain, ...filters }: Scope): string {
  const any = terms.join(' OR ');
  const facets = buildFacetFilters(filters);
  const match = facets.length === 0 ? any : `${facets.join(' AND ')} AND (${any})`;
  return exceptDomain === undefined
    ? match
    : `(${match}) NOT facets : ${quotePhrase(buildFacet('domain', exceptDomain))}`;
}

import type { Filters } from '../documents/filters.ts';
import { listExactForms, buildFacets, listForms, splitName, segmentUnspaced } from './terms.ts';

/** More words than any question has; a pasted page is cut here. */
const mostWords = 64;
const longestQuery = 4_000;

/**
 * The terms of a query, each a quoted phrase of FTS5's language, so that no sign or word of that
 * language (`AND`, `NEAR(`, `*`, `"`) means anything: every word, a compound as a phrase of its
 * parts, its parts, its other forms, and the exact form of what stemming changes.
 */
export function parseTerms(query: string): string[] {
  const terms = new Set<string>();
  for (const [word] of query
    .slice(0, longestQuery)
    .normalize('NFC')
    .matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]*/gu)) {
    const name = word.replace(/[_.-]+$/, '').toLowerCase();
    for (const form of [name, ...listForms(word), ...splitName(word), ...segmentUnspaced(word)])
      terms.add(phrase(form.toLowerCase()));
    for (const form of listExactForms(name)) terms.add(`exact : ${phrase(form)}`);
    if (terms.size >= mostWords) break;
  }
  return [...terms].slice(0, mostWords);
}

function phrase(words: string): string {
  return `"${words}"`;
}

export interface TermCount {
  readonly term: string;
  readonly chunks: number;
}

/**
 * The terms to search by: the rarest first, as long as all their passages together are within the
 * budget; at least one. What nearly every passage has says nothing about any of them (its weight in
 * BM25 is near 0), and costs the most.
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

/** Any of the terms, all of the filters. */
export function buildMatch(terms: readonly string[], filters: Filters): string {
  const any = terms.join(' OR ');
  const facets = buildFacets(filters).map((facet) => `facets : ${phrase(facet)}`);
  return facets.length === 0 ? any : `${facets.join(' AND ')} AND (${any})`;
}

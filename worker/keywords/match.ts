/** What FTS5 is asked for within the bounds of a search. */
import { toFts } from '../text/fts.ts';
import type { QueryTerm } from '../text/query.ts';
import { tokenize } from '../text/tokenize.ts';
import { buildFacet, buildFacetFilters } from './facet-words.ts';
import type { Bounds } from './terms.ts';

/**
 * @param phrases as expressions of FTS5, where others than those of the bounds find them
 * @returns an FTS5 expression for what matches another, within the bounds
 */
export function buildMatch(
  words: string,
  { scope, phrases: asked }: Bounds,
  phrases: readonly string[] = asked.map(toFts),
): string {
  const { exceptDomain, ...filters } = scope;
  const required = [...buildFacetFilters(filters), ...phrases];
  const match = required.length === 0 ? words : `${required.join(' AND ')} AND (${words})`;
  return exceptDomain === undefined
    ? match
    : `(${match}) NOT facets : "${buildFacet('domain', exceptDomain)}"`;
}

/**
 * The table `names` has the words of a name where they are written otherwise in the text (`read
 * file` of `readFile`), and else the name with its signs, which are no words there.
 *
 * @param names of the query: a text that has `max_connections` has the words of it in a row
 */
export function listPhrasesInNames({ phrases }: Bounds, names: readonly QueryTerm[]): string[] {
  const wordsOf = names
    .filter(({ terms }) => terms.length === 1)
    .map((name) => ({ name, words: joinWords(tokenize(name.terms[0] ?? '').map(toTerm)) }));
  return phrases.map((phrase) => {
    const words = joinWords(phrase.terms);
    const having = phrase.isPrefix ? [] : wordsOf.filter((one) => one.words.includes(words));
    return `(${[phrase, ...having.map(({ name }) => name)].map(toFts).join(' OR ')})`;
  });
}

const toTerm = ({ term }: { readonly term: string }): string => term;
const joinWords = (terms: readonly string[]): string => ` ${terms.join(' ')} `;

import type { ParsedQuery, QueryTerm } from '../text/query.ts';
import { tokenize } from '../text/tokenize.ts';
import { maxTerms } from './terms.ts';
import type { AskedTerm, CountedTerm } from './terms.ts';

/** So many terms are counted, from both ends of the query: one that no chunk has takes 10 us. */
const maxCounted = 256;
/** A word that a query repeats counts so often at most. */
const maxTimes = 3;
/** What no word of prose has: signs within or before it, a digit beside a letter, an inner capital. */
const identifier =
  /[_:@#$+~%&=\\]|[\p{L}\p{N}]{2}\.\p{L}|\/\S*[/.]|^--\p{L}{2}|^\.\p{L}{2}|\p{L}\d|\d\p{L}|\p{Ll}\p{Lu}|\d\.\d+\./u;
/** A name that is written without signs is a word of the text, and no name there. */
const plainWord = /^[\p{L}\p{N}\p{M}]+$/u;

/** In prose it is an amount (`0.5`), beside few pages' names a release (`Python 3.11`). */
const version = /^\d+\.\d+$/;

/**
 * @param isRareName whether few chunks have it among their names
 * @returns what a query names: its identifiers, and the word of a query of one
 */
export function listIdentifiers(
  { words, names }: ParsedQuery,
  isRareName: (term: QueryTerm) => boolean,
): QueryTerm[] {
  // A word of Chinese is asked by its pairs, one with an umlaut in two spellings.
  if (new Set(words.map(({ written }) => written)).size <= 1) return [...words, ...names];
  const versions = new Set(
    takeEnds(names.filter(({ written }) => version.test(written))).filter(isRareName),
  );
  return [...words, ...names].filter((one) => identifier.test(one.written) || versions.has(one));
}

export function listTerms(
  query: string,
  { words }: ParsedQuery,
  identifiers: readonly QueryTerm[],
): AskedTerm[] {
  const times = new Map<string, number>();
  for (const { term } of tokenize(query)) times.set(term, (times.get(term) ?? 0) + 1);
  const phrases = identifiers.filter((one) => one.terms.length > 1 && !words.includes(one));
  return [
    ...takeEnds(words).map((term) => ({
      term,
      times: Math.min(maxTimes, times.get(term.terms.join(' ')) ?? 1),
    })),
    ...takeEnds(phrases).map((term) => ({ term, times: 1 })),
  ];
}

/**
 * @returns the names of a query that texts may have as one word, without the query's signs: `email`
 *   of `e-mail`, `10000` of `10,000`
 */
export function listJoined({ words, names }: ParsedQuery): AskedTerm[] {
  const known = new Set(words.map(({ terms }) => terms.join(' ')));
  const joined = names.filter(({ terms: [term = '', ...others] }) => {
    return others.length === 0 && plainWord.test(term) && !known.has(term);
  });
  return takeEnds(joined).map((term) => ({ term, times: 1 }));
}

/** @returns the terms with each of these names in place of the words that it is made of */
export function replaceParts(
  terms: readonly CountedTerm[],
  joined: readonly CountedTerm[],
): CountedTerm[] {
  const parts = joined.flatMap(({ term }) => tokenize(term.written).map((part) => part.term));
  const rest = terms.map((one) => {
    const replaced = parts.filter((part) => part === one.term.terms.join(' ')).length;
    return { ...one, times: one.times - replaced };
  });
  return [...rest.filter(({ times }) => times > 0), ...joined];
}

/** @returns how names may be written that the query may have */
export function listSpellings({ words, names }: ParsedQuery): readonly QueryTerm[] {
  return takeEnds([...words, ...names]);
}

/** What a log or a stack trace says stands in its first lines or in its last. */
function takeEnds(terms: readonly QueryTerm[]): readonly QueryTerm[] {
  if (terms.length <= maxCounted) return terms;
  return [...terms.slice(0, maxCounted / 2), ...terms.slice(-maxCounted / 2)];
}

/** @returns the terms that chunks have, and of very many the rarest */
export function keepRarest(terms: readonly CountedTerm[]): CountedTerm[] {
  const found = terms.filter(({ chunks }) => chunks > 0);
  if (found.length <= maxTerms) return found;
  return found.sort((one, other) => one.chunks - other.chunks).slice(0, maxTerms);
}

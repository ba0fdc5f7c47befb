import type { Explanation, MatchedField, MatchedTerm } from '../../shared/search-answer.ts';
import { unspacedLetter } from '../text/characters.ts';
import { maxQueryLength, parseQuery } from '../text/query.ts';
import type { FusedHit } from './fuse.ts';

/** What can find the words of a query in texts: the keyword index. */
export interface TermFinder {
  highlight(query: string, texts: readonly string[]): Promise<readonly (readonly unknown[])[]>;
}

/** The fields of a chunk in which words are looked for. */
export type FieldTexts = Readonly<Partial<Record<MatchedField, string | undefined>>>;

/** Each word of the query is looked for in every text of the answer. */
const maxTerms = 16;

/**
 * Says of each document which way of searching found it, what each adds to its score, and which
 * words of the query are in which field of its chunk.
 *
 * @param fields of each hit, in their order
 */
export async function explainHits(
  finder: TermFinder,
  query: string,
  hits: readonly FusedHit[],
  fields: readonly FieldTexts[],
): Promise<Explanation[]> {
  const isByWords = hits.some(({ legs }) => legs.keyword !== null);
  const terms = isByWords ? await matchTerms(finder, query, fields) : [];
  return hits.map(({ legs: { keyword, semantic } }, index) => ({
    keyword: keyword && { ...keyword, terms: terms[index] ?? [] },
    semantic,
  }));
}

/** @returns for each chunk the terms that it has, in the order of the query */
async function matchTerms(
  finder: TermFinder,
  query: string,
  chunks: readonly FieldTexts[],
): Promise<MatchedTerm[][]> {
  const places = chunks.flatMap((fields, chunk) =>
    Object.entries(fields).flatMap(([field, text]) =>
      text === undefined ? [] : [{ chunk, field: field as MatchedField, text }],
    ),
  );
  const texts = places.map(({ text }) => text);
  const found = chunks.map((): MatchedTerm[] => []);
  for (const term of splitQuery(query)) {
    const ranges = await finder.highlight(term, texts);
    const matched = places.filter((_, index) => (ranges[index] ?? []).length > 0);
    for (const [chunk, terms] of found.entries()) {
      const inFields = matched.filter((place) => place.chunk === chunk).map(({ field }) => field);
      if (inFields.length > 0) terms.push({ term, fields: inFields });
    }
  }
  return found;
}

const hasUnspaced = new RegExp(unspacedLetter, 'v');

/** @returns what stands between blanks, and of scripts without blanks the words; each once */
export function splitQuery(query: string): string[] {
  const terms = query
    .slice(0, maxQueryLength)
    .normalize('NFC')
    .split(/\s+/)
    .flatMap((part) =>
      hasUnspaced.test(part)
        ? parseQuery(part).words.map(({ written }) => written)
        : [trimSigns(part)],
    );
  return [...new Set(terms)].filter((term) => term !== '').slice(0, maxTerms);
}

/** Leaves the signs that belong to a name: `C++`, `.NET`, `--dry-run`. */
function trimSigns(part: string): string {
  const start = part.search(/[^"'“”„«»([{]/u);
  let end = part.length;
  while (end > start && /["'“”„«»)\]},;:!?]/u.test(part.charAt(end - 1))) end -= 1;
  while (end > start && part.charAt(end - 1) === '.') end -= 1;
  const trimmed = part.slice(Math.max(0, start), end);
  return /[\p{L}\p{N}]/u.test(trimmed) ? trimmed : '';
}

import { listValuesFound } from '../documents/filters.ts';
import type { Filters } from '../documents/filters.ts';

/**
 * A character for private use, which the tokenizer takes for a letter. Texts do not contain it, and
 * Porter has no ending with it, so a word with it is not stemmed.
 */
export const unstemmedMark = '\uE000';
/** Precedes the number of a character in a facet's value that would otherwise end the word. */
const escapeMark = '\uE001';

export const facetNames = ['domain', 'language', 'country', 'isMobile'] as const;
export type FacetName = (typeof facetNames)[number];

/** @returns each facet as one word, so that FTS5 filters by intersecting one more posting list */
export function buildFacets(page: {
  readonly [name in keyof Filters]?: Filters[name] | null;
}): string[] {
  return facetNames.flatMap((name) => {
    const value = page[name];
    return value === undefined || value === null ? [] : [buildFacet(name, value)];
  });
}

/** @returns of each filter an FTS5 expression for what it finds, which may be several values */
export function buildFacetFilters(filters: Filters): string[] {
  return facetNames.flatMap((name) => {
    const value = filters[name];
    if (value === undefined) return [];
    const found = typeof value === 'string' ? listValuesFound(name, value) : [value];
    const words = found.map((one) => `"${buildFacet(name, one)}"`);
    return [`facets : ${words.length === 1 ? words[0] : `(${words.join(' OR ')})`}`];
  });
}

export function buildFacet(name: FacetName, value: string | boolean): string {
  return `${name}${escapeMark}${encodeAsWord(String(value))}${unstemmedMark}`;
}

/** @returns which facet a word of {@link buildFacets} is of */
export function facetNameOf(word: string): FacetName {
  return word.slice(0, word.indexOf(escapeMark)) as FacetName;
}

/** @returns the words of a facet: from the first, up to before the second */
export function facetRange(name: FacetName): [from: string, to: string] {
  const prefix = name.toLowerCase();
  return [prefix + escapeMark, prefix + String.fromCharCode(escapeMark.charCodeAt(0) + 1)];
}

/** @returns the value of a facet's word, in lower case */
export function decodeFacet(word: string): string {
  return word
    .slice(word.indexOf(escapeMark) + 1, -unstemmedMark.length)
    .replaceAll(new RegExp(`${escapeMark}([0-9a-z]{4})`, 'g'), (_, point: string) =>
      String.fromCodePoint(Number.parseInt(point, 36)),
    );
}

function encodeAsWord(value: string): string {
  return value
    .toLowerCase()
    .replaceAll(
      /[^\p{L}\p{N}]/gu,
      (sign) => escapeMark + (sign.codePointAt(0) ?? 0).toString(36).padStart(4, '0'),
    );
}

import type { Filters } from '../documents/filters.ts';

/**
 * What is indexed in addition to the text. The tokenizer (unicode61) ends a word at every
 * punctuation mark and folds case and accents, then Porter reduces it to its stem:
 * `max_connections` is two words, `maxConnections` is one, `running` is the same as `run`. The
 * forms that get lost are written into columns of their own.
 */

/**
 * A character for private use, which the tokenizer takes for a letter. Texts do not contain it, and
 * Porter has no ending with it, so a word with it is not stemmed.
 */
const unstemmedMark = '\uE000';
/** Precedes the number of a character in a facet's value that would otherwise end the word. */
const escapeMark = '\uE001';

/** English endings that Porter may cut. A word without one is its own stem and needs no exact form. */
const inflected = /(?:s|ed|ing|er|ly|ion|ions|ment|ness|able|ible|al|ive|ity|y|e)$/;
const minInflectedLength = 4;
const latinWords = /[a-z]{4,40}/g;

/**
 * @returns the exact forms of the words that stemming changes, each once, so that a chunk with the
 *   exact word ranks above one with another word of the same stem
 */
export function listExactForms(text: string): string[] {
  return [...new Set(text.toLowerCase().match(latinWords))]
    .filter((word) => word.length >= minInflectedLength && inflected.test(word))
    .map((word) => word + unstemmedMark);
}

/**
 * Letters, digits and the punctuation inside names. Ranges instead of \p{L}, because it is applied
 * to every text and ranges are six times as fast.
 */
const runs = /[A-Za-z0-9\u00C0-\u024F][\w.\u00C0-\u024F-]*/g;
/**
 * What makes a name that people write in several ways: a change of case, punctuation that may be
 * left out, the `v` of a version number.
 */
const hasOtherForms = /[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[_-]|^[vV]\d+\./;
/** A text with more names than this is data, not prose. */
const maxNames = 200;

/**
 * Scripts without spaces between words (Thai to Khmer, kana, Han), where the tokenizer would take a
 * whole clause for one word.
 */
const unspaced = /[\u0E00-\u0EFF\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF]+/g;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** @returns the words of a text in scripts without spaces, each once */
export function segmentUnspaced(text: string): string[] {
  const words = (text.match(unspaced) ?? []).flatMap((run) =>
    [...segmenter.segment(run)]
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment),
  );
  return [...new Set(words)];
}

/**
 * @returns the other ways of writing the names in a text (`readFile` as `read file`,
 *   `max_connections` as `maxconnections`, `v3.256.0` as `3 256 0`), and the words of scripts
 *   without spaces
 */
export function listOtherForms(text: string): string[] {
  const names = new Set<string>();
  for (const run of text.match(runs) ?? []) {
    if (!hasOtherForms.test(run) || names.has(run)) continue;
    names.add(run);
    if (names.size >= maxNames) break;
  }
  return [...new Set([...names].flatMap(listForms)), ...segmentUnspaced(text)];
}

/** @returns the forms of one name that the tokenizer does not find in it, in lower case */
export function listForms(run: string): string[] {
  const name = run.replace(/[_.-]+$/, '');
  const bySigns = name.split(/[_.-]+/);
  const parts = splitName(name);
  const forms = [
    ...(bySigns.length > 1 && !name.includes('.') ? [bySigns.join('')] : []),
    ...(parts.length > bySigns.length ? [parts.join(' ')] : []),
    ...(/^v\d+(?:\.\d+)+$/i.test(name) ? [name.slice(1).replaceAll('.', ' ')] : []),
  ];
  return forms.map((form) => form.toLowerCase());
}

/** Splits a name into its words: `HTTPServer_port2` -> HTTP, Server, port2. */
export function splitName(name: string): string[] {
  return name
    .split(/[_.-]+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)
    .filter((part) => part !== '');
}

/** A form of `listOtherForms`, and the part of the text that it is of, in UTF-16 code units. */
export interface LocatedForm {
  readonly form: string;
  readonly start: number;
  readonly length: number;
}

/** Finds what {@link listOtherForms} lists, each time that it occurs. */
export function* locateOtherForms(text: string): Generator<LocatedForm> {
  for (const { 0: run, index: start } of text.matchAll(runs)) {
    if (!hasOtherForms.test(run)) continue;
    const { length } = run.replace(/[_.-]+$/, '');
    for (const form of listForms(run)) yield { form, start, length };
  }
  for (const { 0: run, index } of text.matchAll(unspaced))
    for (const { segment: form, index: within, isWordLike } of segmenter.segment(run))
      if (isWordLike) yield { form, start: index + within, length: form.length };
}

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

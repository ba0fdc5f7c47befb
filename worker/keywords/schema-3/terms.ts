import { unstemmedMark } from '../facet-words.ts';

/**
 * Terms of schema 3, as its file has them: what is indexed in addition to the text. The tokenizer
 * (unicode61) ends a word at every punctuation mark and folds case and accents, then Porter reduces
 * it to its stem: `max_connections` is two words, `maxConnections` is one, `running` is the same as
 * `run`. The forms that get lost are written into columns of their own.
 */

/** English endings that Porter may cut. A word without one is its own stem. */
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

/** They begin at the first of several: else a line of them would take the square of its length. */
const signsBehind = /(?<![_.-])[_.-]+$/;

/** @returns the forms of one name that the tokenizer does not find in it, in lower case */
export function listForms(run: string): string[] {
  const name = run.replace(signsBehind, '');
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
    const { length } = run.replace(signsBehind, '');
    for (const form of listForms(run)) yield { form, start, length };
  }
  for (const { 0: run, index } of text.matchAll(unspaced))
    for (const { segment: form, index: within, isWordLike } of segmenter.segment(run))
      if (isWordLike) yield { form, start: index + within, length: form.length };
}

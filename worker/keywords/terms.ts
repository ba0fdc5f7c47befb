import type { Filters } from '../documents/filters.ts';

/**
 * What is indexed beside the text itself. The tokenizer (unicode61) ends a word at every mark,
 * folds case and accents; Porter then cuts it to its stem: `max_connections` is two words,
 * `maxConnections` one, and `running` is no other word than `run`. What that loses is written into
 * columns of its own.
 */

/**
 * A character of Unicode's private use, which the tokenizer counts as a letter: no text has it, and
 * Porter knows no ending with it, so the word stays as it is.
 */
const unstemmed = '\uE000';
/** Before the number of a sign, in a facet's value, that would end a word. */
const joint = '\uE001';

/**
 * An English ending that Porter may cut; a word without one is its own stem, and its exact form
 * says nothing more.
 */
const inflected = /(?:s|ed|ing|er|ly|ion|ions|ment|ness|able|ible|al|ive|ity|y|e)$/;
const shortestInflected = 4;
const latinWords = /[a-z]{4,40}/g;

/**
 * Marked forms of the words that stemming changes, so that a page with the very word asked for
 * comes before one with a relative. Once a passage: it is a bonus.
 */
export function listExactForms(text: string): string[] {
  return [...new Set(text.toLowerCase().match(latinWords))]
    .filter((word) => word.length >= shortestInflected && inflected.test(word))
    .map((word) => word + unstemmed);
}

/**
 * Runs of letters, digits and the signs inside names. Ranges in place of \p{L}: this runs over
 * every text, and is six times as fast.
 */
const runs = /[A-Za-z0-9\u00C0-\u024F][\w.\u00C0-\u024F-]*/g;
/**
 * What the tokenizer does not see in a name: a change of case, a sign that somebody may leave out,
 * the v of a version.
 */
const telltale = /[a-z0-9][A-Z]|[A-Z]{2}[a-z]|[_-]|^[vV]\d+\./;
/** More belong to data, not to prose. */
const mostNames = 200;

/**
 * Scripts that write no space between words (Thai to Khmer, kana, Han): the tokenizer takes a whole
 * clause for one word.
 */
const unspaced = /[\u0E00-\u0EFF\u1780-\u17FF\u3040-\u30FF\u3400-\u9FFF]+/g;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The words of a text in such scripts, each once. */
export function segmentUnspaced(text: string): string[] {
  const words = (text.match(unspaced) ?? []).flatMap((run) =>
    [...segmenter.segment(run)]
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment),
  );
  return [...new Set(words)];
}

/**
 * The other ways in which somebody may write a text's names: `readFile` as `read file`,
 * `max_connections` as `maxconnections`, `v3.256.0` as `3 256 0`.
 */
export function listOtherForms(text: string): string[] {
  const names = new Set<string>();
  for (const run of text.match(runs) ?? []) {
    if (!telltale.test(run) || names.has(run)) continue;
    names.add(run);
    if (names.size >= mostNames) break;
  }
  return [...new Set([...names].flatMap(listForms)), ...segmentUnspaced(text)];
}

/** Forms of one name beyond those that the tokenizer finds in it. */
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

/** The words of a name: `HTTPServer_port2` -> HTTP, Server, port2. */
export function splitName(name: string): string[] {
  return name
    .split(/[_.-]+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)
    .filter((part) => part !== '');
}

/**
 * Each facet as one word: a filter is then one more posting list to intersect with, however few
 * pages it leaves.
 */
export function buildFacets(page: {
  readonly [name in keyof Filters]?: Filters[name] | null;
}): string[] {
  return (['domain', 'language', 'country', 'isMobile'] as const).flatMap((name) => {
    const value = page[name];
    return value === undefined || value === null
      ? []
      : [`${name}${joint}${oneWord(String(value))}${unstemmed}`];
  });
}

function oneWord(value: string): string {
  return value
    .toLowerCase()
    .replaceAll(
      /[^\p{L}\p{N}]/gu,
      (sign) => joint + (sign.codePointAt(0) ?? 0).toString(36).padStart(4, '0'),
    );
}

/** What a character does in a text that is cut into words. */
export type Kind = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Ends a word: blanks, punctuation, signs, characters for private use. */
export const separator = 0;
/** An ASCII letter or digit. */
export const ascii = 1;
/** Any other letter or number of a script with blanks between its words. */
export const letter = 2;
/** Belongs to what stands before it: accents, vowel signs, and characters that are not shown. */
export const mark = 3;
/** A letter of a script without blanks between its words, or a Hangul syllable. */
export const unspaced = 4;
/** Half of a character beyond U+FFFF. */
const surrogate = 5;
/** A sign that stands within words of some scripts, such as the apostrophe of Ukrainian. */
export const joiner = 6;

/**
 * Scripts without blanks between words. Korean has blanks, but endings grow onto its words, and
 * compounds are written with and without blanks.
 */
export const unspacedScripts = [
  ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'],
  ['Thai', 'Lao', 'Khmer', 'Myanmar', 'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet'],
  ['Javanese', 'Balinese', 'Yi', 'Tangut', 'Nushu', 'Khitan_Small_Script'],
]
  .flat()
  .map((script) => `\\p{scx=${script}}`)
  .join('');

const letters = '[\\p{L}\\p{N}]';
/** A letter of a script without blanks between its words, or a Hangul syllable. */
export const unspacedLetter = `[[\\p{L}\\p{Nl}]&&[${unspacedScripts}]]`;
/** With the marks of half-width kana. */
const marks = '[\\p{M}\\p{DI}\\uFF9E\\uFF9F]';
/** Apostrophes, and what is typed in place of one; full width is folded to the first. */
export const apostrophes = "'`´‘’′ʹʻʼ";
/** Apostrophes, quotation marks, geresh, gershayim, the dot of Catalan, Armenian marks of tone. */
export const joiners = `${apostrophes}"·”׳״՛՜՞`;

/** In this order: of two that match, the latter holds. */
const patterns: readonly (readonly [Kind, RegExp])[] = [
  [letter, new RegExp(`${letters}+`, 'gv')],
  [unspaced, new RegExp(`${unspacedLetter}+`, 'gv')],
  [mark, new RegExp(`${marks}+`, 'gv')],
  [joiner, new RegExp(`[${joiners}＇]+`, 'gv')],
  [ascii, /[0-9A-Za-z]+/g],
  [surrogate, /[\uD800-\uDFFF]+/g],
];

/** Not words: what they mark is one, with and without them. */
const tradeMarks = '™℠';

/** All UTF-16 code units, in order. */
const codeUnits = Buffer.from(Uint16Array.from(Array(0x10000).keys()).buffer).toString('utf16le');

/** @returns the kind of each code unit: that of the last pattern which matches it, or 0 */
export function buildTable(byKind: readonly (readonly [number, RegExp])[]): Uint8Array {
  const table = new Uint8Array(codeUnits.length);
  for (const [kind, pattern] of byKind)
    for (const { 0: found, index } of codeUnits.matchAll(pattern))
      table.fill(kind, index, index + found.length);
  return table;
}

const kinds = buildTable(patterns);
// Signs that stand for letters, such as ㎏, ℃, № and ㍿.
const startsUnspaced = new RegExp(`^${unspacedLetter}`, 'v');
for (const { 0: sign, index } of codeUnits.matchAll(/\p{So}/gu)) {
  const form = sign.normalize('NFKC');
  if (!tradeMarks.includes(sign) && /[\p{L}\p{N}]/u.test(form))
    kinds[index] = startsUnspaced.test(form) ? unspaced : letter;
}

/** Of characters beyond U+FFFF, as they are met. */
const kindsBeyond = new Map<number, Kind>();

function judgeBeyond(point: number): Kind {
  const known = kindsBeyond.get(point);
  if (known !== undefined) return known;
  const character = String.fromCodePoint(point);
  let kind: Kind = separator;
  for (const [one, pattern] of patterns.slice(0, 3)) {
    pattern.lastIndex = 0;
    if (pattern.test(character)) kind = one;
  }
  kindsBeyond.set(point, kind);
  return kind;
}

/** @returns the kind of the character at a place of a text; half a character is a separator */
export function kindAt(text: string, index: number): Kind {
  const kind = kinds[text.charCodeAt(index)] as Kind;
  if (kind !== surrogate) return kind;
  const point = text.codePointAt(index) ?? 0;
  return point > 0xffff ? judgeBeyond(point) : separator;
}

/** @returns whether a character is a vowel or a final of decomposed Hangul */
export function isJamo(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code >= 0x1160 && code <= 0x11ff) return true;
  return (code >= 0xd7b0 && code <= 0xd7c6) || (code >= 0xd7cb && code <= 0xd7fb);
}

/** @returns how many code units the character at a place of a text has */
export function widthAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

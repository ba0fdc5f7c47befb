import { guessUmlauts, spellOut } from './umlauts.ts';

/** What is written in two ways that a reader takes for one, and the other way. */
type Way = readonly [pattern: RegExp, toOther: (...found: string[]) => string];

const blank = '[ \\u00A0\\u2009\\u202F]';
const start = '(?<![\\p{L}\\p{M}\\p{N}])';
const end = '(?![\\p{L}\\p{M}\\p{N}])';
const makeWay = (pattern: string, toOther: Way[1]): Way => [
  new RegExp(`${start}${pattern}${end}`, 'gu'),
  toOther,
];

/** With a blank or another sign within, and without. */
const ways: readonly Way[] = [
  // 10 km, 10km; RFC 7231, RFC7231. A single letter before a number is mostly a word of its own.
  makeWay(`(\\d+)${blank}(\\p{L}{1,5})`, (_, number = '', unit = '') => number + unit),
  makeWay(`(\\p{L}{2,})${blank}(\\d+)`, (_, name = '', number = '') => name + number),
  makeWay('(\\d+)(\\p{L}{1,5})', (_, number = '', unit = '') => `${number} ${unit}`),
  makeWay('(\\p{L}{2,})(\\d+)', (_, name = '', number = '') => `${name} ${number}`),
  // 12 500, 12500.
  makeWay(`[1-9]\\d{0,2}(?:${blank}\\d{3})+`, (number) => number.replaceAll(/\D/g, '')),
  makeWay('[1-9]\\d{4,17}', (number) => number.replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ' ')),
  // 1920×1080, 1920 x 1080, 1920x1080.
  makeWay(
    `([1-9]\\d*)${blank}?[x×]${blank}?(\\d+)`,
    (_, wide = '', high = '') => `${wide}x${high}`,
  ),
  makeWay('([1-9]\\d*)[x×](\\d+)', (_, wide = '', high = '') => `${wide} ${high}`),
  makeWay('([1-9]\\d*)[x×](\\d+)', (_, wide = '', high = '') => `${wide} x ${high}`),
  // Addresses of network cards.
  makeWay('[\\dA-Fa-f]{2}(?:[:-][\\dA-Fa-f]{2}){5}', (pairs) => pairs.replaceAll(/[:-]/g, '')),
  makeWay('[\\dA-Fa-f]{12}', (digits) => digits.replaceAll(/..(?=.)/g, '$& ')),
  // U.S.A., USA.
  makeWay('\\p{Lu}(?:\\.\\p{Lu})+', (letters) => letters.replaceAll('.', '')),
  // Standards: H.264, H264; X.509, X509.
  makeWay('([A-Z])\\.(\\d{2,4})', (_, letter = '', number = '') => letter + number),
  makeWay('([A-Z])(\\d{2,4})', (_, letter = '', number = '') => `${letter}.${number}`),
  // Error codes of Windows: 0x80070005, 80070005.
  makeWay('0[xX]([\\dA-Fa-f]{8})', (_, digits = '') => digits),
  makeWay('(?=\\D*\\d)[89A-Fa-f][\\dA-Fa-f]{7}', (digits) => `0x${digits}`),
];

/** @returns the parts of a text that have another way, and that way */
export function listOtherWays(text: string): { written: string; other: string }[] {
  return ways.flatMap(([pattern, toOther]) =>
    [...text.matchAll(pattern)]
      .map(([written, ...groups]) => ({ written, other: toOther(written, ...groups) }))
      .filter(({ written, other }) => other !== written),
  );
}

const initials = new RegExp(`${start}\\p{Lu}{2,5}${end}`, 'gu');
const betweenCapitals = /(?<=\p{Lu})(?=\p{Lu})/gu;

/** @returns the words that may be initials, with a dot between each two: U.S of US */
export function listInitials(text: string): string[] {
  return [...text.matchAll(initials)].map(([word]) => word.replaceAll(betweenCapitals, '.'));
}

const plainWord = /(?<![\p{L}\p{M}])[a-z]{4,}(?![\p{L}\p{M}])/giu;
const nonJoiner = /\u200C+/g;
const hyphen = /(?<=[\p{L}\p{N}])[-_\u2010\u2011](?=[\p{L}\p{N}])/gu;

/** @returns a phrase in its other ways, each in one of them throughout; itself may be among them */
export function listOtherPhrases(phrase: string): string[] {
  return [
    spellOut(phrase),
    phrase.replaceAll(plainWord, (word) => guessUmlauts(word.toLowerCase())),
    phrase.replaceAll(nonJoiner, ' '),
    phrase.replaceAll(nonJoiner, ''),
    phrase.replaceAll(hyphen, ''),
    ...ways.map(([pattern, toOther]) => phrase.replaceAll(pattern, toOther)),
  ];
}

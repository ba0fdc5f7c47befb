/** What may be typed in other ways, and be read as the same. */
const mayDiffer = /[\u17D2\u1025\u1040]/;

/** Khmer's subscript RO stands below and before the letter, so people type it first or last. */
const subscriptRoFirst = /\u17D2\u179A(\u17D2[\u1780-\u17A2])/g;
/** Khmer's subscripts of DA and TA have one shape. */
const subscriptDa = /\u17D2\u178A/g;
/** A Burmese zero that stands alone beside a letter is the letter WA, which has its shape. */
const zeroAsWa =
  /(?:(?<=[\u1000-\u103F])\u1040|(?<![\u1040-\u1049])\u1040(?=[\u1000-\u103F]))(?![\u1040-\u1049])/g;
/** Burmese U before a vowel sign, or a mark that ends a syllable, is the letter NYA. */
const uAsNya = /\u1025(?=[\u102C\u1037\u103A])/g;
/**
 * Markdown's emphasis on one or two letters of a word: `**H**yper**T**ext`, `dog**s**`. Of more
 * letters, or before a capital, it is a word beside another (`**Name**John`), and single stars
 * mostly multiply.
 */
const emphasis = new RegExp(
  [
    '(?<![\\p{N}*])\\*\\*\\p{L}{1,2}\\*\\*(?=\\p{Ll})',
    '(?<=\\p{L})\\*\\*\\p{Ll}{1,2}\\*\\*(?![\\p{L}\\p{N}*])',
    '(?<![\\p{L}\\p{N}*)])\\*\\p{Lu}\\*(?=\\p{Ll}{2})',
  ].join('|'),
  'gu',
);

const marked = /\*\S\S?\*/;

/** @returns whether a part of a word may be emphasised */
export function mayEmphasise(text: string): boolean {
  return text.includes('*') && marked.test(text);
}

/**
 * @returns a text of the same length, in one of the ways to write it; signs of emphasis within
 *   words are not shown
 */
export function asOneSpelling(text: string): string {
  const shown = mayEmphasise(text)
    ? text.replace(emphasis, (letters) => letters.replaceAll('*', '\u200B'))
    : text;
  if (!mayDiffer.test(shown)) return shown;
  return shown
    .replace(subscriptRoFirst, '$1\u17D2\u179A')
    .replace(subscriptDa, '\u17D2\u178F')
    .replace(zeroAsWa, '\u101D')
    .replace(uAsNya, '\u1009');
}

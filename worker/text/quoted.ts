import { unspacedScripts } from './characters.ts';

/** Each opening quotation mark, and the marks that close it in the languages that have it. */
const closings: Readonly<Record<string, string>> = {
  '"': '"“”',
  '„': '“”"',
  '“': '”"',
  '”': '”"',
  '«': '»',
  '»': '«',
  '「': '」',
  '『': '』',
  '＂': '＂',
};
/** Texts without blanks have these marks between letters. */
const withinText = '「『';
/** Of a script with blanks between its words: in others a mark stands right between two of them. */
const letter = `[[\\p{L}\\p{N}\\p{M}]--[${unspacedScripts}]]`;
const endsWithLetter = new RegExp(`${letter}$`, 'v');
const startsWithLetter = new RegExp(`^${letter}`, 'v');

/**
 * Finds the parts of a query that stand in quotation marks. A mark opens before a word and closes
 * behind one; so the inch sign in `19"`, the sign within Hebrew abbreviations and a mark without
 * its other half are none.
 */
export function listQuoted(text: string): string[] {
  const quoted: string[] = [];
  let at = 0;
  while (at < text.length) {
    const end = opensAt(text, at) ? findClosing(text, at) : -1;
    if (end >= 0) quoted.push(text.slice(at + 1, end));
    at = Math.max(at, end) + 1;
  }
  return quoted;
}

function opensAt(text: string, at: number): boolean {
  const mark = text.charAt(at);
  if (!(mark in closings)) return false;
  return withinText.includes(mark) || !endsWithLetter.test(text.slice(Math.max(0, at - 2), at));
}

function findClosing(text: string, opening: number): number {
  const mark = text.charAt(opening);
  const ends = closings[mark] ?? '';
  for (let at = opening + 1; at < text.length; at++) {
    if (!ends.includes(text.charAt(at))) continue;
    if (withinText.includes(mark) || !startsWithLetter.test(text.slice(at + 1, at + 3))) return at;
  }
  return -1;
}

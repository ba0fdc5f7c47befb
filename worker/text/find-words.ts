import { mayEmphasise } from './one-spelling.ts';
import { listFirstLetters, maxWordLength, tokenize } from './tokenize.ts';
import type { FirstLetters } from './tokenize.ts';

/**
 * Characters that `tokenize` takes one by one: an ASCII letter or digit is a letter of a word, and
 * each other one ends it. Beside ASCII these are dashes, quotation marks and other punctuation.
 */
const onlyPlain = /^[\0-\x7f\u2010-\u2027\u2030-\u205e]*$/;
const hasLetter = /[0-9a-z]/i;

/**
 * Makes a function that finds the words of texts that have one of the beginnings, by their places:
 * two words that follow each other have places that do. They are those of `tokenize`, found in a
 * fifth of its time where the text is plain.
 *
 * @param beginnings of terms as `tokenize` has them
 */
export function buildWordFinder(
  beginnings: readonly string[],
): (text: string) => Map<number, string> {
  const wanted = [...new Set(beginnings)];
  const isWanted = (term: string): boolean => wanted.some((one) => term.startsWith(one));
  const words = wanted.flatMap((one) => plainBeginning.exec(one)?.[0] ?? []).join('|');
  const pattern = new RegExp(`(?<![0-9a-z])(?:${words})[0-9a-z]*`, 'g');
  return (text) => {
    if (!onlyPlain.test(text) || mayEmphasise(text))
      return findAny(text, listFirstLetters(wanted), isWanted);
    return words === '' ? new Map() : findPlain(text, pattern, isWanted);
  };
}

/** Of `c++` its letter. */
const plainBeginning = /^[0-9a-z]+/;

type Test = (term: string) => boolean;

function findPlain(text: string, pattern: RegExp, isWanted: Test): Map<number, string> {
  const lower = text.toLowerCase();
  const found = new Map<number, string>();
  let place = 0;
  let end = 0;
  for (const { 0: word, index } of lower.matchAll(pattern)) {
    if (hasLetter.test(lower.slice(end, index))) place += 1;
    end = index + word.length;
    const term = word.length > 1 ? word.slice(0, maxWordLength) : withSigns(lower, index);
    if (isWanted(term)) found.set(place, term);
    place += 1;
  }
  return found;
}

/** `C++` and `C#` are words with their signs. */
function withSigns(text: string, at: number): string {
  return tokenize(text.slice(at, at + 3))[0]?.term ?? '';
}

function findAny(text: string, letters: FirstLetters, isWanted: Test): Map<number, string> {
  const found = new Map<number, string>();
  for (const [place, { term }] of tokenize(text, letters).entries())
    if (term !== '' && isWanted(term)) found.set(place, term);
  return found;
}

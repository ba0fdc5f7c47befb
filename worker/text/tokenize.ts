import {
  apostrophes,
  ascii,
  isJamo,
  joiner,
  kindAt,
  letter,
  mark,
  separator,
  unspaced,
  unspacedLetter,
  widthAt,
} from './characters.ts';
import { fold } from './fold.ts';
import { asOneSpelling } from './one-spelling.ts';

/** A word of a text, and where it stands, in UTF-16 code units. */
export interface Token {
  /** What is stored and compared: the same for all spellings of a word. */
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

/** Stands for every word that nobody asked for. No word has an empty term. */
const leftOut: Token = { term: '', start: 0, end: 0 };

/** Of a longer word this much is compared. The longest hash (SHA-512) has 128 digits. */
export const maxWordLength = 255;
const maxFolded = 20_000;
/** The forms of words that were met. */
const folded = new Map<string, readonly string[]>();

/**
 * Cuts a text into words, each once, in their order. Where words have no blanks between them
 * (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese), each two neighbouring letters are a token
 * and the last letter alone is one, so that a word is found whatever stands around it; `parseQuery`
 * says by which tokens.
 *
 * @param asked with it, words of ASCII letters that begin with none of these are left out: each is
 *   a token with the empty term, which keeps the places of the others and costs a third
 * @returns the words; they lie in the text in the order of their starts
 */
export function tokenize(written: string, asked?: FirstLetters): Token[] {
  const text = asOneSpelling(written);
  const tokens: Token[] = [];
  const { length } = text;
  let at = 0;
  while (at < length) {
    const kind = kindAt(text, at);
    if (kind === ascii) {
      const end = endOfAscii(text, at + 1);
      const next = end < length ? kindAt(text, end) : separator;
      const isWhole = next === separator || next === unspaced;
      if (isWhole && asked?.[text.charCodeAt(at) | lowerCase] === 0) {
        tokens.push(leftOut);
        at = end;
      } else if (isWhole) {
        const signs = end - at === 1 ? signsAt(text, end) : '';
        tokens.push({
          term: text.slice(at, Math.min(end, at + maxWordLength)).toLowerCase() + signs,
          start: at,
          end: end + signs.length,
        });
        at = end + signs.length;
      } else at = addWord(tokens, text, at);
    } else if (kind === letter) at = addWord(tokens, text, at);
    else if (kind === unspaced) at = addPairs(tokens, text, at);
    else at += widthAt(text, at);
  }
  return tokens;
}

/** What makes an ASCII letter a small one, and leaves a digit as it is. */
const lowerCase = 0x20;

/** By the code of a small letter or a digit of ASCII: 1 for those that are asked for. */
export type FirstLetters = Uint8Array;

/** @returns the letters that these begin with */
export function listFirstLetters(beginnings: readonly string[]): FirstLetters {
  const letters = new Uint8Array(0x80);
  for (const one of beginnings) letters[one.charCodeAt(0)] = 1;
  return letters;
}

function endOfAscii(text: string, from: number): number {
  let end = from;
  while (end < text.length && kindAt(text, end) === ascii) end++;
  return end;
}

/** `C++`, `C#`: of a single letter with these signs, the signs are what tells it from others. */
function signsAt(text: string, at: number): string {
  const [one, two] = [text[at], text[at + 1]];
  if ((one === '+' || one === '＋') && two === one) return '++';
  if (one !== '#' && one !== '＃' && one !== '♯') return '';
  return two !== undefined && goesOn.test(two) ? '' : '#';
}

/** Behind a sign: `c#major` is no name, but `C#-Entwickler` and `C#入門` have one. */
const goesOn = new RegExp(`[[\\p{L}_]--${unspacedLetter}]`, 'v');

/** Adds the word of a script with blanks that begins at a place; @returns where it ends. */
function addWord(tokens: Token[], text: string, start: number): number {
  let end = start;
  /** Behind the last character that is shown. */
  let shown = start;
  while (end < text.length) {
    const kind = kindAt(text, end);
    const isPart =
      kind === ascii || kind === letter || kind === mark || (kind === joiner && joins(text, end));
    if (!isPart) break;
    end += widthAt(text, end);
    if (kind !== mark || !notShown.test(text.slice(end - 1, end))) shown = end;
  }
  const word = text.slice(start, Math.min(shown, start + maxWordLength));
  const terms = listTerms(word);
  const signs = terms.length === 1 && oneLetter.test(terms[0] ?? '') ? signsAt(text, end) : '';
  // Signs may stand behind what is not shown, as in a C, a soft hyphen and a #.
  const tokenEnd = signs === '' ? shown : end + signs.length;
  for (const term of terms) tokens.push({ term: term + signs, start, end: tokenEnd });
  if (terms.length === 1 && splitsWithin.test(word)) addParts(tokens, text, start, shown);
  return end + signs.length;
}

const notShown = /\p{DI}/u;
const oneLetter = /^[a-z]$/;
/** Persian and Urdu write endings with this sign, with a blank or together. */
const splitsWithin = /\p{sc=Arabic}\u200C+\p{sc=Arabic}/u;

/** Adds the parts of a word around signs that forbid its letters to join. */
function addParts(tokens: Token[], text: string, start: number, end: number): void {
  for (const { 0: part, index } of text.slice(start, end).matchAll(/[^\u200C]+/g))
    for (const term of listTerms(part.slice(0, maxWordLength)))
      tokens.push({ term, start: start + index, end: start + index + part.length });
}

/** Each sign belongs to the word between two letters. */
const joined = new RegExp(
  [
    // Ukrainian and Belarusian apostrophes.
    `\\p{sc=Cyrillic}\\p{M}*[${apostrophes}＇]\\p{sc=Cyrillic}$`,
    // Signs of Hebrew abbreviations.
    '\\p{sc=Hebrew}\\p{M}*[\'"‘’”׳״]\\p{sc=Hebrew}$',
    // Catalan.
    '[lL]·[lL]$',
    // Question and exclamation marks stand on the vowel that is stressed.
    '\\p{sc=Armenian}[՛՜՞]\\p{sc=Armenian}$',
  ].join('|'),
  'u',
);
/** More marks than a letter has in any text. */
const lookBehind = 16;

function joins(text: string, at: number): boolean {
  return joined.test(text.slice(Math.max(0, at - lookBehind), at + 2));
}

/** Adds the pairs of neighbouring letters from a place on; @returns where their run ends. */
function addPairs(tokens: Token[], text: string, start: number): number {
  const units: Token[] = [];
  let at = start;
  while (at < text.length && kindAt(text, at) === unspaced) {
    const end = endOfUnit(text, at);
    for (const term of foldUnits(text.slice(at, Math.min(end, at + maxWordLength)))) {
      const last = units.at(-1);
      // Thai's and Lao's letter AM is a mark on the letter before it, and a letter of its own.
      // Thai's `แ` is also typed as two `เ`, whatever stands between them that is left out.
      const isPart = startsWithMark.test(term) || (last?.term === 'เ' && term.startsWith('เ'));
      if (!isPart) units.push({ term, start: at, end });
      else if (last !== undefined)
        units[units.length - 1] = { term: fold(last.term + term), start: last.start, end };
    }
    at = skipLineEnd(text, end);
  }
  for (const [index, unit] of units.entries()) {
    const next = units[index + 1];
    tokens.push(
      next === undefined ? unit : { term: unit.term + next.term, start: unit.start, end: next.end },
    );
  }
  return at;
}

/** Where words have no blanks between them, the end of a line stands anywhere, also in a word. */
function skipLineEnd(text: string, at: number): number {
  const next = text.startsWith('\r\n', at) ? at + 2 : at + 1;
  if (text[next - 1] !== '\n' || next >= text.length || kindAt(text, next) !== unspaced) return at;
  return hangul.test(text.charAt(at - 1) + text.charAt(next)) ? at : next;
}

const hangul = /\p{sc=Hangul}/u;

/** @returns the end of a letter and of the marks on it */
function endOfUnit(text: string, start: number): number {
  let end = start + widthAt(text, start);
  twoAsOne.lastIndex = start;
  if (startsTwo.includes(text.charAt(start)) && twoAsOne.test(text)) end = twoAsOne.lastIndex;
  while (end < text.length && (kindAt(text, end) === mark || isJamo(text, end)))
    end += widthAt(text, end);
  return end;
}

/** Japanese `ヴァ` is also written `バ`. */
const twoAsOne = /(?:[ヴゔ]|[ウう]\u3099|ｳ(?:ﾞ|\u3099))[ァィェォュｧｨｪｫｭぁぃぇぉゅ]/vy;
const startsTwo = 'ヴゔウうｳ';
const startsWithMark = /^\p{M}/u;
const units = /\P{M}\p{M}*|^\p{M}+/gu;

/** @returns the letters, each with its marks, that a letter stands for */
function foldUnits(letters: string): readonly string[] {
  return remember(letters, () => fold(letters).match(units) ?? []);
}

/** @returns the words that a word of a script with blanks stands for: nearly always one */
function listTerms(word: string): readonly string[] {
  return remember(word, () => {
    const term = fold(word).replace(marksBefore, '');
    if (term === '') return [];
    // A sign may stand for several words, as ½ does, or for letters of a script without blanks.
    return term !== word && needsCutting.test(term)
      ? tokenize(term).map((one) => one.term)
      : [term];
  });
}

const marksBefore = /^\p{M}+/u;
const needsCutting = /[^\p{L}\p{N}\p{M}]|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;

function remember(word: string, list: () => readonly string[]): readonly string[] {
  const known = folded.get(word);
  if (known !== undefined) return known;
  if (folded.size >= maxFolded) folded.clear();
  const terms = list();
  folded.set(word, terms);
  return terms;
}

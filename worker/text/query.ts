import { unspacedLetter } from './characters.ts';
import { fold } from './fold.ts';
import { nameForms } from './names.ts';
import { asOneSpelling } from './one-spelling.ts';
import { listInitials, listOtherPhrases, listOtherWays } from './other-ways.ts';
import { listQuoted } from './quoted.ts';
import { tokenize } from './tokenize.ts';
import type { Token } from './tokenize.ts';
import { guessUmlauts, spellOut } from './umlauts.ts';

/**
 * What a query asks for: terms of tokens that follow each other in a text. A word of a script with
 * blanks is one term.
 */
export interface QueryTerm {
  /** As the query has it, in compatibility forms of Unicode. */
  readonly written: string;
  readonly terms: readonly string[];
  /** Whether the last of the tokens need only begin with the last term. */
  readonly isPrefix: boolean;
  /** What to ask for where no text has the terms: `Mueller` may be Müller. */
  readonly otherwise?: QueryTerm;
  /** Other spellings of a phrase: a text has it in one of them. */
  readonly spellings?: readonly QueryTerm[];
}

export interface ParsedQuery {
  /** Of the whole query, also of its phrases; each once. */
  readonly words: readonly QueryTerm[];
  /** What stands in quotation marks; each once. */
  readonly phrases: readonly QueryTerm[];
  /** Other ways to write its names, wherever a text has them; each once. */
  readonly names: readonly QueryTerm[];
}

/** In UTF-16 code units. Of a whole pasted page this much is asked. */
export const maxQueryLength = 4_000;

/**
 * Reads a query: words, and phrases in quotation marks. No other sign has a meaning of its own, so
 * a query may begin with a dash.
 */
export function parseQuery(query: string): ParsedQuery {
  const text = query.slice(0, maxQueryLength);
  return {
    words: keepFirst(listWords(text)),
    phrases: keepFirst(listQuoted(text).flatMap(parseQuoted)),
    names: keepFirst([...listNames(text), ...listSpaced(text), ...listDotted(text)]),
  };
}

function parseQuoted(quoted: string): QueryTerm[] {
  const phrase = parsePhrase(quoted);
  if (phrase === undefined) return [];
  const others = listOtherPhrases(quoted).flatMap((other) => parsePhrase(other) ?? []);
  const [, ...spellings] = keepFirst([phrase, ...others]);
  return [spellings.length === 0 ? phrase : { ...phrase, spellings }];
}

function listNames(text: string): QueryTerm[] {
  return nameForms(text).map(({ terms, start, end }) => ({
    written: text.slice(start, end),
    terms,
    isPrefix: false,
  }));
}

/** @returns initials as the names of texts that write them with dots */
function listDotted(text: string): QueryTerm[] {
  return listInitials(text).map((written) => {
    const term = written.split('.').map(fold).join('.');
    return { written, terms: [term], isPrefix: false };
  });
}

/** @returns amounts and the like with a blank where the query has none, and without */
function listSpaced(text: string): QueryTerm[] {
  return listOtherWays(text).flatMap(({ written, other }) => {
    const terms = tokenize(other).map(({ term }) => term);
    return terms.some((term) => startsRun.test(term)) ? [] : { written, terms, isPrefix: false };
  });
}

/** @returns whether a query has words that do not stand in quotation marks */
export function hasWordsOutside(query: string): boolean {
  const text = query.slice(0, maxQueryLength);
  const outside = listQuoted(text).reduce((rest, quoted) => rest.replace(quoted, () => ' '), text);
  return tokenize(outside).length > 0;
}

function keepFirst(terms: readonly QueryTerm[]): QueryTerm[] {
  const byForm = new Map<string, QueryTerm>();
  for (const one of terms) {
    const form = `${one.terms.join(' ')}${one.isPrefix ? '*' : ''}`;
    if (!byForm.has(form)) byForm.set(form, one);
  }
  return [...byForm.values()];
}

const startsRun = new RegExp(`^${unspacedLetter}`, 'v');
const singleLetter = new RegExp(`^${unspacedLetter}\\p{M}*$`, 'v');
/** A commit's hash or the beginning of one: texts have the whole, people write the beginning. */
const commit = /^(?=.*\d)[0-9a-f]{7,64}$/;
/** Digits of a whole hash, and of the shortest that git writes. */
const wholeCommit = 40;
const shortCommit = 7;
/** Node.js, Vue.js. */
const ofScript = /^([a-z]{2,})js$/;
/** Says that the word before it is said twice; a blank may stand before it. */
const repeats = /(?<=.)[ๆໆៗ]+$/u;
const hasMeaning = /[\p{sc=Han}\p{sc=Hangul}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** @returns what finds a text that is written so; undefined when it has no word */
function parsePhrase(written: string): QueryTerm | undefined {
  const tokens = tokenize(written);
  const last = tokens.at(-1);
  if (last === undefined) return undefined;
  const terms = tokens.map(({ term }) => term);
  if (!singleLetter.test(last.term)) return { written, terms, isPrefix: false };
  // The last letter of a run is a token of its own, but a text may go on behind it.
  const isInPair = tokens.at(-2)?.end === last.end;
  return isInPair
    ? { written, terms: terms.slice(0, -1), isPrefix: false }
    : { written, terms, isPrefix: true };
}

function listWords(text: string): QueryTerm[] {
  const words: QueryTerm[] = [];
  /** Single letters, such as the particles of Japanese: asked when there is nothing else. */
  const letters: QueryTerm[] = [];
  const tokens = tokenize(text);
  let runEnd = 0;
  for (const [index, { term, start, end }] of tokens.entries()) {
    if (start < runEnd && startsRun.test(term)) continue;
    if (!startsRun.test(term)) {
      words.push(...parseSpaced(text.slice(start, end), term));
      continue;
    }
    runEnd = findRunEnd(tokens, index);
    const run = asOneSpelling(text.slice(start, runEnd)).normalize('NFKC');
    for (const { segment } of segmenter.segment(run)) {
      if (!startsRun.test(segment)) continue;
      const found = parseWord(segment.replace(repeats, ''));
      const isLetter = found.every(({ isPrefix }) => isPrefix) && !hasMeaning.test(segment);
      (isLetter ? letters : words).push(...found);
    }
  }
  return words.length > 0 ? words : letters;
}

/** A word of a script with blanks, and how it is written where a keyboard lacks its letters. */
function parseSpaced(written: string, term: string): QueryTerm[] {
  const ask = (asked: string) => ({ written, terms: [asked], isPrefix: false });
  if (commit.test(term)) return [askCommit(written, term)];
  const spelled = fold(spellOut(written));
  if (spelled !== term && fold(written) === term) return [ask(term), ask(spelled)];
  const [, library] = ofScript.exec(term) ?? [];
  if (library !== undefined)
    return [{ ...ask(term), otherwise: { ...ask(term), terms: [library, 'js'] } }];
  const guessed = guessUmlauts(term);
  return [guessed === term ? ask(term) : { ...ask(term), otherwise: ask(guessed) }];
}

/**
 * The beginning of a hash finds the whole, and a hash that no text has finds what has its first
 * seven digits. Digits alone are a number, and the beginning of a hash where no text has it.
 */
function askCommit(written: string, term: string): QueryTerm {
  const ask = (digits: string, isPrefix: boolean) => ({ written, terms: [digits], isPrefix });
  if (/^\d+$/.test(term)) return { ...ask(term, false), otherwise: ask(term, true) };
  const asked = ask(term, term.length < wholeCommit);
  return { ...asked, otherwise: ask(term.slice(0, shortCommit), true) };
}

/** Tokens of a run overlap. */
function findRunEnd(tokens: readonly Token[], first: number): number {
  let end = tokens[first]?.end ?? 0;
  for (let index = first + 1; index < tokens.length; index++) {
    const next = tokens[index];
    if (next === undefined || next.start >= end) break;
    end = Math.max(end, next.end);
  }
  return end;
}

/**
 * A word of Chinese, Japanese or Korean asks for each of its pairs that has more than kana, so that
 * it is found with other endings (切れる, 切れた; 학교에서, 학교는), though lower. Other words are found as they
 * are.
 */
function parseWord(written: string): QueryTerm[] {
  const whole = parsePhrase(written);
  if (whole === undefined) return [];
  if (whole.isPrefix || !hasMeaning.test(written)) return [dropLongVowel(whole)];
  const pairs = whole.terms
    .filter((term) => hasMeaning.test(term))
    .map((term) => ({ written, terms: [term], isPrefix: false }));
  const stem = cutParticle(written);
  return stem === undefined ? pairs : [...pairs, { written, terms: [stem], isPrefix: true }];
}

/** コンピューター is also written コンピュータ. */
function dropLongVowel(word: QueryTerm): QueryTerm {
  const { written, terms, isPrefix } = word;
  const isLong = terms.length >= 3 && /^[\u3041-\u3096ー]+ー$/u.test(terms.join(''));
  return isLong ? { written, terms: terms.slice(0, -1), isPrefix } : word;
}

/**
 * Particles that follow a noun of one syllable, which no pair keeps apart from them: some only
 * behind a syllable that ends with a consonant, some only behind a vowel, some behind both.
 */
const particles = {
  consonant: '은 이 을 과 으로 이나'.split(' '),
  vowel: '는 가 를 와'.split(' '),
  any: '의 에 도 만 로 에서 까지 부터 에게 한테 처럼 보다 하고'.split(' '),
};

/** @returns the noun of one syllable before a particle; undefined for other words */
function cutParticle(word: string): string | undefined {
  const [noun = '', ...rest] = word.normalize('NFC');
  const syllable = noun.charCodeAt(0) - 0xac00;
  if (syllable < 0 || syllable > 11_171) return undefined;
  const fitting = syllable % 28 === 0 ? particles.vowel : particles.consonant;
  return [...fitting, ...particles.any].includes(rest.join('')) ? noun : undefined;
}

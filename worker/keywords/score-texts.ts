import { listFirstLetters, tokenize } from '../text/tokenize.ts';
import type { Token } from '../text/tokenize.ts';
import type { CountedTerm } from './candidates.ts';
import { stemAll } from './stemmer.ts';
import type { Candidate } from './words-schema.ts';

/** BM25's parameters, as FTS5 has them. */
const k1 = 1.2;
const b = 0.75;

/** @returns how much a term tells: 0 for one that most chunks have */
export function computeIdf(chunks: number, all: number): number {
  return Math.max(0, Math.log((all - chunks + 0.5) / (chunks + 0.5)));
}

/**
 * Scores chunks by their texts with the formula of the index, so that terms count that are too
 * frequent to be counted there.
 *
 * @returns the chunks with these scores, best first
 */
export function scoreTexts(
  hits: readonly Candidate[],
  {
    terms,
    chunks: all,
    averageLength,
  }: {
    readonly terms: readonly CountedTerm[];
    readonly chunks: number;
    readonly averageLength: number;
  },
): Candidate[] {
  const stemsOf = stemAll([...new Set(terms.flatMap(({ term }) => term.terms))]);
  const asked = terms.map(({ term, times, chunks }) => ({
    stems: term.isPrefix ? term.terms : term.terms.map((one) => stemsOf.get(one) as string),
    isPrefix: term.isPrefix,
    weight: times * computeIdf(chunks, all),
  }));
  const texts = stemLike(
    hits.map(({ title, headings, passage }) => `${title}\n${headings}\n${passage}`),
    asked.flatMap(({ stems }) => stems),
  );
  return hits
    .map((hit, index) => {
      const text = texts[index] as Stemmed;
      const norm = k1 * (1 - b + (b * text.length) / averageLength);
      let score = 0;
      for (const { stems, isPrefix, weight } of asked) {
        const times = countTimes(text, stems, isPrefix);
        score += (weight * times * (k1 + 1)) / (times + norm);
      }
      return { ...hit, score };
    })
    .sort((one, other) => other.score - one.score);
}

interface Stemmed {
  /** How many words the text has. */
  readonly length: number;
  /** The stems of the words that may be asked for, by their places. */
  readonly stems: ReadonlyMap<number, string>;
}

/**
 * Stems the words that may have one of the stems. Porter changes the end of a word alone: all but
 * the last letter of a stem are the beginning of the word.
 */
function stemLike(texts: readonly string[], wanted: readonly string[]): Stemmed[] {
  const beginnings = [
    ...new Set(wanted.map((stem) => stem.slice(0, Math.max(1, stem.length - 1)))),
  ];
  const firstLetters = listFirstLetters(beginnings);
  const near = texts.map((text) => {
    const tokens = tokenize(text, firstLetters);
    const terms = new Map<number, string>();
    for (let place = 0; place < tokens.length; place += 1) {
      const { term } = tokens[place] as Token;
      if (term !== '' && beginnings.some((beginning) => term.startsWith(beginning)))
        terms.set(place, term);
    }
    return { length: tokens.length, terms };
  });
  const stemOf = stemAll([...new Set(near.flatMap(({ terms }) => [...terms.values()]))]);
  return near.map(({ length, terms }) => ({
    length,
    stems: new Map([...terms].map(([place, term]) => [place, stemOf.get(term) as string])),
  }));
}

/** @returns how often the stems follow each other in a text */
function countTimes({ stems }: Stemmed, wanted: readonly string[], isPrefix: boolean): number {
  let times = 0;
  for (const place of stems.keys()) {
    const follows = wanted.every((stem, offset) => {
      const there = stems.get(place + offset);
      return isPrefix && offset === wanted.length - 1 ? there?.startsWith(stem) : there === stem;
    });
    if (follows) times += 1;
  }
  return times;
}

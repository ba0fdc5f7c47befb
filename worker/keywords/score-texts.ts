import { buildWordFinder } from '../text/find-words.ts';
import { stemAll } from './stemmer.ts';
import type { CountedTerm } from './terms.ts';
import type { Candidate } from './words-schema.ts';

/** BM25's parameters, as FTS5 has them. */
const k1 = 1.2;
const b = 0.75;

/** @returns how much a term tells: 0 for one that most chunks have, also by an old count */
export function computeIdf(chunks: number, all: number): number {
  const others = Math.max(0, all - chunks);
  return Math.max(0, Math.log((others + 0.5) / (chunks + 0.5)));
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
  const asked = terms.map(({ term, times, chunks, usual = chunks }) => ({
    stems: term.isPrefix ? term.terms : term.terms.map((one) => stemsOf.get(one) as string),
    isPrefix: term.isPrefix,
    weight: times * computeIdf(usual, all),
  }));
  const stems = stemLike(
    hits.map(joinTexts),
    asked.flatMap((one) => one.stems),
  );
  return hits
    .map((hit, index) => {
      const norm = k1 * (1 - b + (b * hit.words) / averageLength);
      let score = 0;
      for (const { stems: wanted, isPrefix, weight } of asked) {
        const times = countTimes(stems[index] as Places, wanted, isPrefix);
        score += (weight * times * (k1 + 1)) / (times + norm);
      }
      return { ...hit, score };
    })
    .sort((one, other) => other.score - one.score);
}

/** @returns all that is searched of a chunk; the header row of a table counts like a heading */
export function joinTexts({ title, headings, prefix, passage }: Candidate): string {
  return `${title}\n${headings}\n${prefix === null ? '' : `${prefix}\n`}${passage}`;
}

/** Words of a text by their places: two that follow each other have places that do. */
type Places = ReadonlyMap<number, string>;

/**
 * Stems the words that may have one of the stems. Porter changes the end of a word alone: all but
 * the last letter of a stem are the beginning of the word.
 */
function stemLike(texts: readonly string[], wanted: readonly string[]): Places[] {
  const find = buildWordFinder(wanted.map((stem) => stem.slice(0, Math.max(1, stem.length - 1))));
  const near = texts.map(find);
  const stemOf = stemAll([...new Set(near.flatMap((words) => [...words.values()]))]);
  return near.map(
    (words) => new Map([...words].map(([place, term]) => [place, stemOf.get(term) as string])),
  );
}

/** @returns how often the stems follow each other in a text */
function countTimes(stems: Places, wanted: readonly string[], isPrefix: boolean): number {
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

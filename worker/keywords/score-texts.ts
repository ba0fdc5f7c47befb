import { tokenize } from '../text/tokenize.ts';
import type { CountedTerm } from './candidates.ts';
import { stemTerm } from './stemmer.ts';
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
  const asked = terms.map(({ term, times, chunks }) => ({
    stems: term.isPrefix ? term.terms : term.terms.map(stemTerm),
    isPrefix: term.isPrefix,
    weight: times * computeIdf(chunks, all),
  }));
  const texts = hits.map(({ title, headings, passage }) =>
    tokenize(`${title}\n${headings}\n${passage}`).map(({ term }) => stemTerm(term)),
  );
  return hits
    .map((hit, index) => {
      const text = texts[index] as string[];
      const places = locate(text);
      const norm = k1 * (1 - b + (b * text.length) / averageLength);
      let score = 0;
      for (const { stems, isPrefix, weight } of asked) {
        const times = countTimes(text, places, stems, isPrefix);
        score += (weight * times * (k1 + 1)) / (times + norm);
      }
      return { ...hit, score };
    })
    .sort((one, other) => other.score - one.score);
}

function locate(text: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, stem] of text.entries()) {
    const known = places.get(stem);
    if (known === undefined) places.set(stem, [place]);
    else known.push(place);
  }
  return places;
}

/** @returns how often the stems follow each other in a text */
function countTimes(
  text: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  stems: readonly string[],
  isPrefix: boolean,
): number {
  if (isPrefix && stems.length === 1)
    return text.filter((stem) => stem.startsWith(stems[0] as string)).length;
  const starts = places.get(stems[0] as string) ?? [];
  return starts.filter((start) =>
    stems.every((stem, offset) => {
      const there = text[start + offset] ?? '';
      return isPrefix && offset === stems.length - 1 ? there.startsWith(stem) : there === stem;
    }),
  ).length;
}

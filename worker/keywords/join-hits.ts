import type { Candidate } from './words-schema.ts';

/**
 * @returns all chunks of both lists with the better of their scores, best first: what words and
 *   names both find is one find
 */
export function joinBest(one: readonly Candidate[], other: readonly Candidate[]): Candidate[] {
  const byPlace = new Map(one.map((hit) => [placeOf(hit), hit]));
  for (const hit of other) {
    const known = byPlace.get(placeOf(hit));
    byPlace.set(placeOf(hit), { ...hit, score: Math.max(hit.score, known?.score ?? 0) });
  }
  return [...byPlace.values()].sort((a, b) => b.score - a.score);
}

/** @returns the chunks of one list, and of the other those that it does not have */
export function join(one: readonly Candidate[], other: readonly Candidate[]): Candidate[] {
  const known = new Set(one.map(placeOf));
  return [...one, ...other.filter((hit) => !known.has(placeOf(hit)))];
}

const placeOf = ({ url, chunk }: Candidate): string => `${chunk} ${url}`;

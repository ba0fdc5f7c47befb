import { distance } from 'fastest-levenshtein';

/**
 * Finds the known word that was probably meant. A word that ends like the given one counts as one
 * letter away: `replicas` means `workerReplicas`.
 *
 * @returns undefined when more than a third of the letters of `word` would have to change
 */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const scored = known.map((candidate) => ({
    candidate,
    changes: lettersToChange(lower, candidate.toLowerCase()),
  }));
  const [best] = scored.toSorted((left, right) => left.changes - right.changes);
  if (best === undefined || best.changes > Math.ceil(word.length / 3)) return undefined;
  return best.candidate;
}

/** Letters to add, drop or change. */
function lettersToChange(word: string, candidate: string): number {
  return candidate.endsWith(word) ? 1 : distance(word, candidate);
}

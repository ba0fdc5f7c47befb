import { joinTexts } from './score-texts.ts';
import type { Candidate } from './words-schema.ts';

/**
 * Raises chunks that have what a query names in the query's own spelling, whatever its case.
 *
 * @param weight of all names together: the most that the rarest term of the query can add
 */
export function preferExact(
  hits: readonly Candidate[],
  names: readonly string[],
  weight: number,
): Candidate[] {
  const spellings = [...new Set(names.map((name) => name.toLowerCase()))];
  if (spellings.length === 0) return [...hits];
  return hits
    .map((hit) => {
      const text = joinTexts(hit).toLowerCase();
      const share = spellings.filter((one) => hasWord(text, one)).length / spellings.length;
      return { ...hit, score: hit.score + weight * share };
    })
    .sort((one, other) => other.score - one.score);
}

/** Also of a version or an address: `1.2.3` is not in `1.2.3.4`. */
const letter = /^(?:[\p{L}\p{N}]|\.\d)/u;
const endsWithLetter = /(?:[\p{L}\p{N}]|\d\.)$/u;

/** @returns whether a text has it, and not as a part of a longer word */
function hasWord(text: string, written: string): boolean {
  for (let at = text.indexOf(written); at >= 0; at = text.indexOf(written, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + written.length, at + written.length + 2);
    const startsWithin = letter.test(written) && endsWithLetter.test(before);
    const endsWithin = endsWithLetter.test(written) && letter.test(after);
    if (!startsWithin && !endsWithin) return true;
  }
  return false;
}

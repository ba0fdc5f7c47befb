import type { ParsedQuery, QueryTerm } from '../text/query.ts';
import { joinTexts } from './score-texts.ts';
import type { Candidate } from './words-schema.ts';

/** What a query names, in the ways to write it, the best first. */
export type ExactName = readonly string[];

/** Of a text that has another way, where others have the best way that any has. */
const otherShare = 0.5;
const mostParts = 8;

/**
 * @param identifiers of the query
 * @returns what texts may have just as the query writes it. A query without blanks is one name with
 *   all its signs (`indexing/`, `bm25()`); or else without those that a sentence puts around it, or
 *   one of the names that it goes on behind (`--dry-run=true`)
 */
export function listExactNames(
  query: string,
  { names }: ParsedQuery,
  identifiers: readonly QueryTerm[],
): ExactName[] {
  const whole = query.trim().replace(quoted, '$1');
  if (identifiers.length === 0 || /\s/.test(whole))
    return identifiers.map(({ written }) => [written]);
  const parts = names.slice(0, mostParts).map(({ written }) => written);
  return [[whole, trimSentence(whole), ...parts]];
}

const marks = '["“”„«»「」『』＂`\'‘’]+';
const quoted = new RegExp(`^${marks}(.*?)${marks}$`, 'su');
const marksAround = new RegExp(`^${marks}|${marks}$`, 'gu');
const openings = '([{';
const closings = ')]}';

/** Leaves brackets that have their other half in the name: `bm25()`, `error[E0308]`. */
function trimSentence(name: string): string {
  let trimmed = name.replace(/^[([{]+/, '');
  for (;;) {
    const last = trimmed.at(-1) ?? '';
    const opening = openings[closings.indexOf(last)];
    const isOpen =
      opening !== undefined && trimmed.split(opening).length >= trimmed.split(last).length;
    if (isOpen || !/[)\]},;:!?.…]/.test(last)) return trimmed.replaceAll(marksAround, '');
    trimmed = trimmed.slice(0, -1);
  }
}

/**
 * Raises chunks that have what a query names in the query's own spelling, whatever its case.
 *
 * @param weight of all names together: the most that the rarest term of the query can add
 */
export function preferExact(
  hits: readonly Candidate[],
  names: readonly ExactName[],
  weight: number,
): Candidate[] {
  // No way to write a name goes on in the next line.
  const asked = [...new Set(names.map((ways) => ways.join('\n').toLowerCase()))];
  if (asked.length === 0) return [...hits];
  const texts = hits.map((hit) => joinTexts(hit).toLowerCase());
  const raises = texts.map(() => 0);
  for (const ways of asked.map((one) => one.split('\n'))) {
    const places = texts.map((text) => ways.findIndex((way) => hasWord(text, way)));
    const best = Math.min(...places.filter((place) => place >= 0));
    for (const [index, place] of places.entries())
      if (place >= 0)
        raises[index] = (raises[index] ?? 0) + (place === best ? weight : weight * otherShare);
  }
  return hits
    .map((hit, index) => ({ ...hit, score: hit.score + (raises[index] ?? 0) / asked.length }))
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

import type { Outline, Part } from './outline.ts';
import type { Units } from './units.ts';

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });
/** A line that goes on with the sentence of the one before: it begins no item and no quotation. */
const wrapped = /\n(?!\s*(?:[-*+>]|\d{1,9}[.)])\s)/g;

/** In tokens, special ones not counted. */
export interface ChunkSize {
  /** No chunk has more. */
  readonly limit: number;
  /** A chunk that goes on within a section repeats at most so many of the one before. */
  readonly overlap: number;
}

/**
 * A chunk to be: it begins at `from`, and has to go beyond `fresh`, up to which the chunk before it
 * went.
 */
export interface ChunkStart {
  readonly from: number;
  readonly mustPass: number;
}

/** Where it ends, given how many tokens it may have. */
export function findCut(outline: Outline, begun: ChunkStart, limit: number): number {
  return betweenSections(outline, begun, limit) ?? withinSection(outline, begun, limit);
}

/**
 * After whole sections; undefined when the section that it begins in, or one that is taken on, has
 * to be cut.
 */
function betweenSections(
  { units, sections }: Outline,
  { from }: ChunkStart,
  limit: number,
): number | undefined {
  const furthest = units.reach(from, limit);
  const first = indexAt(sections, from);
  for (let index = first; index < sections.length; index += 1) {
    const { from: begin, to } = sections[index] as { from: number; to: number };
    if (to > furthest) return begin <= from || units.tokens(begin, to) > limit ? undefined : begin;
    const after = sections[index + 1];
    // A chunk does not leave the part of the document under whose heading it began.
    if (
      after === undefined ||
      after.level < (sections[first] as { level: number }).level ||
      units.tokens(from, to) >= limit / 2
    )
      return to;
  }
  return undefined;
}

/**
 * At the last good place in its second half; before a piece of code or a table that fits into the
 * next chunk; else between lines, sentences, words.
 */
function withinSection(
  { units, parts }: Outline,
  { from, mustPass }: ChunkStart,
  limit: number,
): number {
  const furthest = units.reach(from, limit);
  const half = Math.min(furthest, Math.max(mustPass + 1, units.reach(from, limit / 2)));
  const index = indexAt(parts, furthest);
  const part = parts[index] as Part;
  // A heading stays with what is under it.
  const before = parts[index - 1];
  const place = before?.kind === 'heading' ? before.from : part.from;
  if (
    place > mustPass &&
    (place >= half || (isOnePiece(part) && units.tokens(part.from, part.to) <= limit))
  )
    return place;
  return breaks(units, part, from, furthest).findLast((at) => at >= half) ?? furthest;
}

/**
 * Where the chunk after a cut begins: back within the section by at most `overlap` tokens, at a
 * block, line or sentence where there is one, else at a word.
 */
export function findOverlap(
  { units, parts, sections }: Outline,
  from: number,
  cut: number,
  { limit, overlap }: ChunkSize,
): number {
  const next = parts[indexAt(parts, cut)] as Part;
  // What follows comes first: a repetition must neither push a piece that fits out of its chunk, nor leave no room for anything new.
  const whole = isOnePiece(next) && next.from === cut && units.tokens(cut, next.to) <= limit;
  const room = Math.min(overlap, limit - units.tokens(cut, whole ? next.to : cut + 1));
  const earliest = Math.max(
    units.reachBack(cut, room),
    (sections[indexAt(sections, cut)] as { from: number }).from,
    from + 1,
  );
  if (earliest >= cut) return cut;
  const begin = parts
    .slice(indexAt(parts, earliest), indexAt(parts, cut))
    .find((part) => part.from >= earliest)?.from;
  const last = parts[indexAt(parts, cut - 1)] as Part;
  return (
    begin ??
    breaks(units, last, from, cut - 1).find((place) => place >= earliest) ??
    (isOnePiece(last) ? cut : earliest)
  );
}

function isOnePiece({ kind }: Part): boolean {
  return kind === 'code' || kind === 'table';
}

/**
 * Places after `from` and up to `to` at which a line of code, a row of a table or a sentence of
 * this part begins.
 */
function breaks(units: Units, part: Part, from: number, to: number): number[] {
  const first = Math.max(from, part.from);
  const start = units.startOf(first);
  // One unit more, so that a sentence that ends at `to` is known to end there.
  const text = units.text.slice(start, units.startOf(to + 1));
  const begins = isOnePiece(part)
    ? [...text.matchAll(/(?<=\n)(?!\n)/g)].map(({ index }) => index)
    : // A sentence begins with its first word, a unit with the blanks before that.
      [...sentences.segment(text.replaceAll(wrapped, ' '))].map(({ index }) =>
        Math.max(text.slice(0, index).trimEnd().length, text.lastIndexOf('\n', index - 1) + 1),
      );
  return begins
    .map((index) => units.placeOf(start + index))
    .filter((place) => place > first && place <= to);
}

/** Of stretches that follow each other, the index of the one that a place is in. */
function indexAt(stretches: readonly { readonly to: number }[], place: number): number {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle] as { to: number }).to <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

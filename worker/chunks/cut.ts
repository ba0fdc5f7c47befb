import type { Outline, Part } from './outline.ts';
import type { Units } from './units.ts';

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });
/** The end of a line whose sentence continues: the next line begins no list item or quotation. */
const wrapped = /\n(?!\s*(?:[-*+>]|\d{1,9}[.)])\s)/g;

/** In tokens, without special tokens. */
export interface ChunkSize {
  /** The most tokens of a chunk. */
  readonly limit: number;
  /** The most tokens that a chunk repeats from the one before it in the same section. */
  readonly overlap: number;
}

/** Where a chunk begins, and the end of the chunk before it, which it must pass. In units. */
export interface ChunkStart {
  readonly from: number;
  readonly mustPass: number;
}

/** @returns the unit at which the chunk ends, so that it has at most `limit` tokens */
export function findCut(outline: Outline, start: ChunkStart, limit: number): number {
  return betweenSections(outline, start, limit) ?? withinSection(outline, start, limit);
}

/** A cut after whole sections; undefined when a section itself has to be cut. */
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
    // A chunk ends where a section of a higher level begins.
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
 * A cut within a section: between blocks in the chunk's second half, or before code or a table that
 * fits into the next chunk; else between lines, sentences or words.
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
  // A heading stays with the text under it.
  const before = parts[index - 1];
  const place = before?.kind === 'heading' ? before.from : part.from;
  if (
    place > mustPass &&
    (place >= half || (isOnePiece(part) && units.tokens(part.from, part.to) <= limit))
  )
    return place;
  return listBreaks(units, part, from, furthest).findLast((at) => at >= half) ?? furthest;
}

/**
 * @returns where the chunk after a cut begins: at most `overlap` tokens before the cut, in the same
 *   section, at a block, line or sentence where there is one, else at a word
 */
export function findOverlap(
  { units, parts, sections }: Outline,
  from: number,
  cut: number,
  { limit, overlap }: ChunkSize,
): number {
  const next = parts[indexAt(parts, cut)] as Part;
  // The new text has priority: the overlap must not push code or a table that fits out of the chunk,
  // and must leave room for at least one new unit.
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
    listBreaks(units, last, from, cut - 1).find((place) => place >= earliest) ??
    (isOnePiece(last) ? cut : earliest)
  );
}

function isOnePiece({ kind }: Part): boolean {
  return kind === 'code' || kind === 'table';
}

/**
 * @returns the units after `from` and up to `to` at which a line of code, a row of a table or a
 *   sentence of this part begins
 */
function listBreaks(units: Units, part: Part, from: number, to: number): number[] {
  const first = Math.max(from, part.from);
  const start = units.startOf(first);
  // One unit more, so that a sentence that ends at `to` is known to end there.
  const text = units.text.slice(start, units.startOf(to + 1));
  const begins = isOnePiece(part)
    ? [...text.matchAll(/(?<=\n)(?!\n)/g)].map(({ index }) => index)
    : // A sentence begins with its first word; a unit begins with the blanks before its word.
      [...sentences.segment(text.replaceAll(wrapped, ' '))].map(({ index }) =>
        Math.max(text.slice(0, index).trimEnd().length, text.lastIndexOf('\n', index - 1) + 1),
      );
  return begins
    .map((index) => units.placeOf(start + index))
    .filter((place) => place > first && place <= to);
}

/** @returns the block that contains a unit */
export function partAt({ parts }: Outline, place: number): Part | undefined {
  return parts[indexAt(parts, place)];
}

/** @returns the index of the part or section that contains a unit, by binary search */
function indexAt(ranges: readonly { readonly to: number }[], place: number): number {
  let low = 0;
  let high = ranges.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as { to: number }).to <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

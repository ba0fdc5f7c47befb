import { partAt } from './cut.ts';
import type { Outline, Part } from './outline.ts';
import type { Units } from './units.ts';

/** A header row that stands beside a chunk, and the tokens that it takes of the chunk's limit. */
export interface TableHeader {
  readonly prefix: string;
  readonly tokens: number;
}

export const noHeader: TableHeader = { prefix: '', tokens: 0 };
/** Where the prefix and the text meet, tokens may be cut otherwise. */
const seamTokens = 1;

/**
 * Makes a function that finds the header row of the table in whose middle a chunk begins, from the
 * unit with which it begins. A header row takes half of the chunk at most: the last columns of a
 * longer one are left out. Each table's is read once, and no more of it than may fit.
 *
 * @param limit tokens of a chunk
 */
export function buildHeaderFinder(
  outline: Outline,
  limit: number,
  countTokens: CountTokens,
): (from: number) => Promise<TableHeader> {
  const known = new Map<Part, Promise<TableHeader>>();
  const { units } = outline;
  return async (from) => {
    const part = partAt(outline, from);
    if (part?.kind !== 'table') return noHeader;
    const end = units.text.indexOf('\n', units.startOf(part.from));
    if (end < 0 || units.startOf(from) <= end) return noHeader;
    const header = known.get(part) ?? fitHeader(units, part, end, limit, countTokens);
    known.set(part, header);
    return header;
  };
}

type CountTokens = (text: string) => number | Promise<number>;

/** So far a row is read, in chunks: words together may have fewer tokens than each by itself. */
const readChunks = 4;

/** Before a table in a quotation. */
const quoteSigns = /^[\s>]+/;
/** A table without a header row has an empty one in Markdown. */
const hasContent = /[^\s|]/;

/** @returns the longest part of a header row that fits */
async function fitHeader(
  units: Units,
  { from }: Part,
  end: number,
  limit: number,
  countTokens: CountTokens,
): Promise<TableHeader> {
  const start = units.startOf(from);
  const last = units.startOf(units.reach(from, readChunks * limit));
  const row = units.text.slice(start, Math.min(end, last)).replace(quoteSigns, '').trim();
  if (!hasContent.test(row)) return noHeader;
  const beginnings = listBeginnings(row, last >= end);
  const measure = async (count: number): Promise<TableHeader | undefined> => {
    const prefix = beginnings[count - 1] as string;
    const tokens = (await countTokens(`${prefix}\n`)) + seamTokens;
    return tokens <= limit / 2 ? { prefix, tokens } : undefined;
  };
  let header = noHeader;
  let [fitting, tooMany] = [0, beginnings.length + 1];
  while (tooMany - fitting > 1) {
    // Twice as many at first: most of a row that has thousands of columns is never counted.
    const middle = Math.floor((fitting + tooMany) / 2);
    const count = Math.min(middle, Math.max(1, 2 * fitting));
    const measured = await measure(count);
    if (measured === undefined) tooMany = count;
    else [fitting, header] = [count, measured];
  }
  return header;
}

/** `| a | b |` begins with `| a |`, and with all of it. */
function listBeginnings(row: string, isWhole: boolean): string[] {
  const cells = [...row.matchAll(/\|/g)].map(({ index }) => row.slice(0, index + 1));
  const whole = isWhole && cells.at(-1) !== row ? [row] : [];
  return [...(row.startsWith('|') ? cells.slice(1) : cells), ...whole];
}

/** @returns a chunk's text as it is embedded: its header row is the line before it */
export function textToEmbed({
  text,
  prefix,
}: {
  readonly text: string;
  readonly prefix?: string | undefined;
}): string {
  return prefix === undefined ? text : `${prefix}\n${text}`;
}

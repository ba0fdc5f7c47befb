import type { TokenCounter } from './counter.ts';
import { findCut, findOverlap } from './cut.ts';
import type { ChunkSize, ChunkStart } from './cut.ts';
import { parseOutline } from './outline.ts';
import type { Pause } from './outline.ts';
import { buildHeaderFinder, noHeader } from './table-header.ts';

/**
 * Increase it with the rules. Chunks of before stay as they are, and are found as before, until
 * their document is indexed again.
 */
export const chunkerVersion = 3;

export interface Chunk {
  readonly index: number;
  /** A slice of the document: `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Titles of the sections around the place where it begins, outermost first. */
  readonly headings: readonly string[];
  /** The header row of the table in whose middle it begins; left out elsewhere. */
  readonly prefix?: string | undefined;
}

/**
 * Cuts a document into slices of at most `limit` tokens. Only blanks are left out, and the same
 * text always gives the same chunks. The rules, in this order:
 *
 * 1. A section that fits is not cut.
 * 2. Small neighbouring sections share a chunk until it is half full.
 * 3. Code and tables that fit are not cut.
 * 4. Cuts are between blocks, lines of code, table rows, sentences, or words, in this order.
 * 5. A word longer than a chunk is cut anywhere.
 *
 * A chunk that begins inside a table has the header row beside it, which counts to the limit.
 *
 * @throws RangeError when a single character has more tokens than a chunk may have
 */
export async function splitText(
  text: string,
  size: ChunkSize,
  counter: TokenCounter,
  pause: Pause = () => undefined,
): Promise<Chunk[]> {
  const outline = await parseOutline(text, counter, size.limit, pause);
  const { units, sections } = outline;
  const findHeader = buildHeaderFinder(outline, size.limit, counter.ofText);
  const chunks: Chunk[] = [];
  let section = 0;
  for (let start: ChunkStart = { from: 0, mustPass: 0 }; start.mustPass < units.length;) {
    const { from, to, prefix } = await fit(start);
    while ((sections[section] as { to: number }).to <= from) section += 1;
    const { headings } = sections[section] as { headings: readonly string[] };
    const slice = units.slice(from, to);
    if (slice.text !== '')
      chunks.push({ index: chunks.length, ...slice, headings, ...(prefix !== '' && { prefix }) });
    start = { from: to < units.length ? findOverlap(outline, from, to, size) : to, mustPass: to };
    await pause();
  }
  return chunks;

  /** Cuts the chunk shorter until it fits; finally without the overlap, and without a prefix. */
  async function fit({ from, mustPass }: ChunkStart, withPrefix = true): Promise<Fitted> {
    const header = withPrefix ? await findHeader(from) : noHeader;
    const most = size.limit - header.tokens;
    for (let limit = most; ;) {
      const to = Math.max(mustPass + 1, findCut(outline, { from, mustPass }, limit));
      const tokens = await units.size(from, to);
      if (tokens <= most) return { from, to, prefix: header.prefix };
      if (to === mustPass + 1 && from === mustPass && header.prefix !== '')
        return fit({ from, mustPass }, false);
      if (to === mustPass + 1 && from === mustPass)
        throw new RangeError(
          `${JSON.stringify(units.slice(from, to).text.slice(0, 40))} has ${tokens} tokens, ` +
            `and a chunk may have ${size.limit}`,
        );
      if (to === mustPass + 1) return fit({ from: mustPass, mustPass });
      limit = Math.min(limit - 1, Math.floor((limit * most) / tokens), units.tokens(from, to) - 1);
    }
  }
}

/** Where a chunk begins and ends, in units, and what stands beside it. */
interface Fitted {
  readonly from: number;
  readonly to: number;
  readonly prefix: string;
}

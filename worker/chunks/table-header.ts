import { partAt } from './cut.ts';
import type { Outline } from './outline.ts';

/** A header row that stands beside a chunk, and the tokens that it takes of the chunk's limit. */
export interface TableHeader {
  readonly prefix: string;
  readonly tokens: number;
}

export const noHeader: TableHeader = { prefix: '', tokens: 0 };
/** Where the prefix and the text meet, tokens may be cut otherwise. */
const seamTokens = 1;

/**
 * Finds the header row of the table in whose middle a chunk begins. It takes half of the chunk at
 * most: the last columns of a longer one are left out.
 *
 * @param from the unit with which the chunk begins
 * @param limit tokens of a chunk
 */
export async function findTableHeader(
  outline: Outline,
  from: number,
  limit: number,
  countTokens: (text: string) => number | Promise<number>,
): Promise<TableHeader> {
  const part = partAt(outline, from);
  if (part?.kind !== 'table') return noHeader;
  const { units } = outline;
  const start = units.startOf(part.from);
  const end = units.text.indexOf('\n', start);
  if (end < 0 || units.startOf(from) <= end) return noHeader;
  for (
    let prefix = units.text.slice(start, end).trim();
    prefix !== '';
    prefix = withoutLastCell(prefix)
  ) {
    const tokens = (await countTokens(`${prefix}\n`)) + seamTokens;
    if (tokens <= limit / 2) return { prefix, tokens };
  }
  return noHeader;
}

/** `| a | b |` becomes `| a |`. */
function withoutLastCell(row: string): string {
  const last = row.replace(/\s*\|\s*$/, '').lastIndexOf('|');
  return last <= 0 ? '' : row.slice(0, last + 1);
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

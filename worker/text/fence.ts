/** A fence that begins a block of code in Markdown. */
export interface Fence {
  /** The signs that end the block: these, or more of them. */
  readonly mark: string;
  /** What stands before it: blanks, signs of quotes and list items. */
  readonly before: string;
}

/** A tree of HTML has no more levels; the bound keeps the memory of a long line of signs small. */
const opening = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+|>\s*){0,200})(`{3,}(?=[^`]*$)|~{3,})/;

/**
 * Reads the fence that a line begins with. It may stand behind the signs of quotes and list items;
 * code within a line may begin with three backticks too, and has others behind them.
 */
export function readFence(line: string): Fence | undefined {
  const [, before, mark] = opening.exec(line) ?? [];
  return before === undefined || mark === undefined ? undefined : { before, mark };
}

/**
 * Tells where a block of code ends: with a line of its mark, or before the first line that is no
 * longer part of the quote or the list item that the fence began.
 */
export function findFenceEnd(line: string, { before, mark }: Fence): 'with' | 'before' | undefined {
  if (isOutside(line, before)) return 'before';
  const end = (before.includes('>') ? line.replace(/^[\s>]+/, '') : line).trim();
  const isMark = end.length >= mark.length && end === mark.charAt(0).repeat(end.length);
  return isMark ? 'with' : undefined;
}

function isOutside(line: string, before: string): boolean {
  if (before.includes('>')) return !/^\s*>/.test(line);
  const text = line.trimStart();
  const beginsItem = before.trim() !== '';
  const blanks = line.slice(0, line.length - text.length);
  return beginsItem && text !== '' && countColumns(blanks) < countColumns(before);
}

/** A tab fills up to four columns. */
function countColumns(text: string): number {
  let columns = 0;
  for (const sign of text) columns += sign === '\t' ? 4 - (columns % 4) : 1;
  return columns;
}

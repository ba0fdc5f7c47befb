/**
 * A stretch of Markdown that belongs together, blank lines after it included: blocks follow each
 * other without a gap.
 */
export interface Block {
  readonly start: number;
  readonly end: number;
  /**
   * Code and tables are not cut where that can be avoided, and then between lines; an item of a
   * list is a text of its own.
   */
  readonly kind: 'heading' | 'code' | 'table' | 'text';
  /** Of a heading: 1 to 6, and its words. */
  readonly level: number;
  readonly title: string;
}

const atx = /^ {0,3}(#{1,6})[ \t]+(.+)$/;
const fence = /^\s*(`{3,}|~{3,})/;
const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/;
const ruleOfTable = /^(?=.*-)(?=.*\|)[\s|:-]+$/;

interface Line {
  readonly start: number;
  readonly text: string;
}

/** Blocks of a document, in one pass over its lines. */
export function* scanBlocks(text: string): Generator<Block> {
  let open: Omit<Block, 'end'> | undefined;
  let closing: string | undefined; // of the fence that is open
  let blank = true; // the line before
  for (const [line, next] of pairs(linesOf(text))) {
    const begun: Omit<Block, 'end'> | undefined =
      closing === undefined ? beginning(line, next, open?.kind, blank) : undefined;
    if (begun !== undefined) {
      if (open !== undefined) yield { ...open, end: line.start };
      open = begun;
    }
    if (closing !== undefined) {
      if (isClosing(line.text, closing)) closing = undefined;
    } else if (begun?.kind === 'code') closing = fence.exec(line.text)?.[1];
    blank = line.text.trim() === '';
    if (closing === undefined && open?.kind === 'code' && begun === undefined) blank = true; // what follows a closed fence is another block
  }
  if (open !== undefined) yield { ...open, end: text.length };
}

/** The block that begins with this line; undefined when the line goes on with the one before. */
function beginning(
  { start, text }: Line,
  next: Line | undefined,
  open: Block['kind'] | undefined,
  blank: boolean,
): Omit<Block, 'end'> | undefined {
  const block = (kind: Block['kind'], level = 0, title = '') => ({ start, kind, level, title });
  if (text.trim() === '') return open === undefined ? block('text') : undefined;
  if (fence.test(text)) return block('code');
  const heading = atx.exec(text);
  if (heading !== null)
    return block(
      'heading',
      (heading[1] as string).length,
      (heading[2] as string).replace(/[ \t]+#+[ \t]*$/, '').trim(),
    );
  if (
    (blank || open === 'heading') &&
    next !== undefined &&
    /^ {0,3}(=+|-{3,})\s*$/.test(next.text) &&
    !text.includes('|')
  )
    return block('heading', next.text.includes('=') ? 1 : 2, text.trim());
  if (open === 'heading' && !blank && /^ {0,3}(=+|-{3,})\s*$/.test(text)) return undefined; // its underline
  if (open !== 'table' && text.includes('|') && next !== undefined && ruleOfTable.test(next.text))
    return block('table');
  if (open === 'table' && !blank && text.includes('|')) return undefined;
  if (blank || open !== 'text' || item.test(text)) return block('text');
  return undefined;
}

function isClosing(line: string, mark: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(mark) && trimmed === (mark[0] as string).repeat(trimmed.length);
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    yield { start, text: text.slice(start, end < 0 ? text.length : end) };
    start = end < 0 ? text.length : end + 1;
  }
}

function* pairs<T>(values: Iterable<T>): Generator<[T, T | undefined]> {
  let before: T | undefined;
  for (const value of values) {
    if (before !== undefined) yield [before, value];
    before = value;
  }
  if (before !== undefined) yield [before, undefined];
}

import { findFenceEnd, readFence } from '../text/fence.ts';
import type { Fence } from '../text/fence.ts';

/**
 * A part of a Markdown text that belongs together, with the blank lines after it: blocks follow
 * each other without a gap.
 */
export interface Block {
  readonly start: number;
  readonly end: number;
  /**
   * Code and tables are cut only where that cannot be avoided, and then between lines. Each item of
   * a list is a text block.
   */
  readonly kind: 'heading' | 'code' | 'table' | 'text';
  /** Of a heading: 1 to 6. Of other blocks: 0. */
  readonly level: number;
  /** Of a heading: its text. Of other blocks: empty. */
  readonly title: string;
}

const atx = /^ {0,3}(#{1,6})[ \t]+(.+)$/;
const item = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/;
/** Of a heading. It is looked for where blanks begin: else they would take their square. */
const closingSigns = /(?<![ \t])[ \t]+#+[ \t]*$/;
/** The line under a heading of the form `Title` and `=====`. */
const underline = /^ {0,3}(=+|-{3,})\s*$/;
/** Also of a table in a quotation. */
const tableRule = /^[\s>]*(?=.*-)(?=.*\|)[\s|:-]+$/;

interface Line {
  readonly start: number;
  readonly text: string;
}

/** Finds the blocks of a document in one pass over its lines. */
export function* scanBlocks(text: string): Generator<Block> {
  let open: Omit<Block, 'end'> | undefined;
  let fence: Fence | undefined;
  let isBlank = true; // the line before
  for (const [line, next] of pairWithNext(splitLines(text))) {
    const fenceEnd = fence === undefined ? undefined : findFenceEnd(line.text, fence);
    if (fenceEnd === 'before') {
      fence = undefined;
      isBlank = true;
    }
    const started: Omit<Block, 'end'> | undefined =
      fence === undefined ? startBlock(line, next, open?.kind, isBlank) : undefined;
    if (started !== undefined) {
      if (open !== undefined) yield { ...open, end: line.start };
      open = started;
    }
    if (fenceEnd === 'with') fence = undefined;
    else if (started?.kind === 'code') fence = readFence(line.text);
    // The line after a closed fence begins another block, as after a blank line.
    isBlank = fenceEnd === 'with' || line.text.trim() === '';
  }
  if (open !== undefined) yield { ...open, end: text.length };
}

/** @returns the block that begins with this line; undefined when the line continues a block */
function startBlock(
  { start, text }: Line,
  next: Line | undefined,
  open: Block['kind'] | undefined,
  blank: boolean,
): Omit<Block, 'end'> | undefined {
  const block = (kind: Block['kind'], level = 0, title = '') => ({ start, kind, level, title });
  if (text.trim() === '') return open === undefined ? block('text') : undefined;
  if (readFence(text) !== undefined) return block('code');
  const heading = atx.exec(text);
  if (heading !== null)
    return block(
      'heading',
      (heading[1] as string).length,
      (heading[2] as string).replace(closingSigns, '').trim(),
    );
  if (
    (blank || open === 'heading') &&
    next !== undefined &&
    underline.test(next.text) &&
    !text.includes('|')
  )
    return block('heading', next.text.includes('=') ? 1 : 2, text.trim());
  const isUnderline = open === 'heading' && !blank && underline.test(text);
  if (isUnderline) return undefined;
  const mayBeginTable = open !== 'table' || blank;
  if (mayBeginTable && text.includes('|') && next !== undefined && tableRule.test(next.text))
    return block('table');
  if (open === 'table' && !blank && text.includes('|')) return undefined;
  if (blank || open !== 'text' || item.test(text)) return block('text');
  return undefined;
}

function* splitLines(text: string): Generator<Line> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    yield { start, text: text.slice(start, end < 0 ? text.length : end) };
    start = end < 0 ? text.length : end + 1;
  }
}

function* pairWithNext<T>(values: Iterable<T>): Generator<[T, T | undefined]> {
  let before: T | undefined;
  for (const value of values) {
    if (before !== undefined) yield [before, value];
    before = value;
  }
  if (before !== undefined) yield [before, undefined];
}

import { wholeClass } from './class-pattern.ts';
import { isHidden } from './hidden.ts';
import { countLines } from './line-elements.ts';
import { attributeOf, classesOf, findAll, hasInside, isElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** Of Asciidoctor: its icon or its name, and its words. */
const admonition = wholeClass('admonitionblock');
/** A wider cell is a mistake; so is a wider row. */
const maxSpan = 50;
const maxWidth = 1_000;
/** Code in a line that has more breaks is a listing; one of a few is a type or a command. */
const minCodeLines = 3;
/** Below cells of several rows, for each cell of the table: so that a page grows by no more. */
const maxPlaces = 2;

export interface Table {
  /** Its caption, and what stands between the cells, which browsers show before it. */
  readonly outside: readonly (Element | string)[];
  readonly rows: readonly Row[];
  /** It places parts of the page, or its cells hold what no cell of Markdown can. */
  readonly isLayout: boolean;
}

interface Row {
  readonly row: Element;
  readonly cells: readonly Element[];
}

export function readTable(table: Element): Table {
  const outside: (Element | string)[] = [];
  const rows: Row[] = [];
  const visit = (outer: Element): void => {
    const cells: Element[] = [];
    for (const node of outer.children) {
      if (!isElement(node)) {
        if (node.trim() !== '') outside.push(node);
      } else if (/^(?:td|th)$/.test(node.name)) cells.push(node);
      else if (/^(?:tr|thead|tbody|tfoot)$/.test(node.name)) visit(node);
      else if (!/^(?:col|colgroup|script|style|template)$/.test(node.name)) outside.push(node);
    }
    if (cells.length > 0) rows.push({ row: outer, cells });
  };
  visit(table);
  return { outside, rows, isLayout: isLayout(table, rows) };
}

/**
 * @returns the cells of each row without those that are not displayed, and without columns of which
 *   no cell is seen; a cell alone that is not seen stays, so that those behind it keep their
 *   column
 */
export function withoutUnseen(
  rows: readonly Row[],
  isSeen: (cell: Element) => boolean,
): readonly (readonly Element[])[] {
  const seenColumns = new Set<number>();
  for (const { cells } of rows)
    for (const [column, cell] of cells.entries()) if (isSeen(cell)) seenColumns.add(column);
  return rows.map(({ cells }) =>
    cells.filter((cell, column) => isSeen(cell) || (seenColumns.has(column) && !isHidden(cell))),
  );
}

/**
 * Gives each cell its column: beside it, and below it, there are places without a cell where it
 * takes several columns or rows.
 */
export function layOut(
  rows: readonly (readonly Element[])[],
): readonly (readonly (Element | undefined)[])[] {
  /** By column, how many more rows a cell above takes. */
  const taken: number[] = [];
  let places = maxPlaces * rows.reduce((sum, cells) => sum + cells.length, 0);
  return rows.map((cells) => {
    const line: (Element | undefined)[] = [];
    const skip = (): void => {
      for (; (taken[line.length] ?? 0) > 0 && places > 0; places -= 1) {
        taken[line.length] = (taken[line.length] ?? 0) - 1;
        line.push(undefined);
      }
    };
    for (const cell of cells) {
      skip();
      const below = spanOf(cell, 'rowspan') - 1;
      const span = Math.min(spanOf(cell, 'colspan'), Math.max(1, maxWidth - line.length));
      for (let place = 0; place < span; place += 1) {
        taken[line.length] = below;
        line.push(place === 0 ? cell : undefined);
      }
    }
    skip();
    return line;
  });
}

function spanOf(cell: Element, name: 'colspan' | 'rowspan'): number {
  const span = Number(attributeOf(cell, name));
  return span >= 1 && span <= maxSpan ? Math.floor(span) : 1;
}

function isLayout(table: Element, rows: readonly Row[]): boolean {
  if (/^(?:presentation|none)$/.test(attributeOf(table, 'role'))) return true;
  if (rows.every(({ cells }) => cells.length === 1)) return true;
  if (table.parent !== undefined && admonition.test(classesOf(table.parent))) return true;
  return rows.some(({ cells }) => cells.some((cell) => hasInside(cell, isNoCellContent)));
}

function isNoCellContent(element: Element): boolean {
  if (/^(?:table|h[1-6]|article|section|main)$/.test(element.name)) return true;
  if (element.name === 'code' && countLines(element) >= minCodeLines) return true;
  if (element.name === 'code') return findAll(element, isLine).length >= minCodeLines;
  return (
    element.name === 'pre' && (textOf(element).trim().includes('\n') || hasInside(element, isLine))
  );
}

function isLine({ name }: Element): boolean {
  return /^(?:br|div|p|li)$/.test(name);
}

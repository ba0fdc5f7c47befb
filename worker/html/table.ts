import { attributeOf, hasInside, isElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** A wider cell is a mistake; so is a wider row. */
const maxSpan = 50;
const maxWidth = 1_000;

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

/** @returns how many columns a cell takes */
export function spanOf(cell: Element): number {
  const span = Number(attributeOf(cell, 'colspan'));
  return span >= 1 && span <= maxSpan ? Math.floor(span) : 1;
}

/** @returns how many columns a row takes */
export function widthOf(cells: readonly Element[]): number {
  return Math.min(
    maxWidth,
    cells.reduce((sum, cell) => sum + spanOf(cell), 0),
  );
}

function isLayout(table: Element, rows: readonly Row[]): boolean {
  if (/^(?:presentation|none)$/.test(attributeOf(table, 'role'))) return true;
  if (rows.every(({ cells }) => cells.length === 1)) return true;
  return rows.some(({ cells }) => cells.some((cell) => hasInside(cell, isNoCellContent)));
}

function isNoCellContent(element: Element): boolean {
  if (/^(?:table|h[1-6]|article|section|main)$/.test(element.name)) return true;
  return (
    element.name === 'pre' && (textOf(element).trim().includes('\n') || hasInside(element, isLine))
  );
}

function isLine({ name }: Element): boolean {
  return /^(?:br|div|p|li)$/.test(name);
}

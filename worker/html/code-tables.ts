import { wholeClass } from './class-pattern.ts';
import { isNumbers } from './line-numbers.ts';
import { classesOf, findAll, hasInside, isElement } from './tree.ts';
import type { Element } from './tree.ts';

/** @returns whether its every row has numbers of lines and, beside them, code */
export function isCodeTable(table: Element): boolean {
  const rows = rowsOf(table);
  const isCode = wholeClass('code').test(classesOf(table));
  const isRow = (cells: readonly Element[]): boolean =>
    isCodeRow(cells) || (isCode && cells.length === 2 && cells.some(isNumbers));
  return rows.some((cells) => cells.some(isNumbers)) && rows.every(isRow);
}

function isCodeRow(cells: readonly Element[]): boolean {
  const others = cells.filter((cell) => !isNumbers(cell));
  return others.length === 0 || (others.length <= 2 && others.every(isCodeCell));
}

function isCodeCell(cell: Element): boolean {
  return (
    /code|blob|hljs|rouge|lntd|line-content|(?:^|\s)(?:lines?|src|source)(?:$|[\s-])/i.test(
      classesOf(cell),
    ) || hasInside(cell, ({ name }) => name === 'pre' || name === 'code')
  );
}

function rowsOf(table: Element): Element[][] {
  return findAll(table, ({ name }) => name === 'tr' || name === 'table')
    .filter(({ name }) => name === 'tr')
    .map((row) =>
      row.children.filter(isElement).filter(({ name }) => name === 'td' || name === 'th'),
    );
}

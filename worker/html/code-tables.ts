import { wholeClass } from './class-pattern.ts';
import { isNumbers } from './line-numbers.ts';
import { classesOf, findAll, hasInside, isElement, perElement, textOf } from './tree.ts';
import type { Element } from './tree.ts';

/** @returns whether its every row has numbers of lines and, beside them, code */
export const isCodeTable = perElement((table): boolean => {
  const rows = rowsOf(table)
    .filter((row) => !isTitles(row))
    .map(cellsOf);
  const isCode = wholeClass('code').test(classesOf(table));
  const isRow = (cells: readonly Element[]): boolean =>
    isCodeRow(cells) || (isCode && cells.length === 2 && cells.some(isNumbers));
  return rows.some((cells) => cells.some(isNumbers)) && rows.every(isRow);
});

/** @returns whether it is a row of a table of code that says what its columns are */
export function isTitleRow(row: Element): boolean {
  if (row.name !== 'tr' || !isTitles(row)) return false;
  const table = row.parent?.name === 'table' ? row.parent : row.parent?.parent;
  return table?.name === 'table' && isCodeTable(table);
}

/** As Trac writes them above the source of a file. */
function isTitles(row: Element): boolean {
  const cells = cellsOf(row);
  const isHead = row.parent?.name === 'thead' || cells.every(({ name }) => name === 'th');
  return isHead && cells.length > 0 && !cells.some((cell) => isNumbers(cell) && hasDigit(cell));
}

function hasDigit(cell: Element): boolean {
  return cell.attributes.has('data-line-number') || /\d/.test(textOf(cell));
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

function rowsOf(table: Element): Element[] {
  return findAll(table, ({ name }) => name === 'tr' || name === 'table').filter(
    ({ name }) => name === 'tr',
  );
}

function cellsOf({ children }: Element): Element[] {
  return children.filter(isElement).filter(({ name }) => name === 'td' || name === 'th');
}

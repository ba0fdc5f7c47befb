import { formatTable } from '../../shared/table.ts';
import type { Answer } from './command.ts';

/**
 * An answer of rows: JSON as they are, text as a table.
 *
 * @param none the text when there are no rows
 * @param toRow what the table shows of one of them
 */
export function answerRows<Row extends object>(
  value: readonly Row[],
  none: string,
  toRow: (row: Row) => object = (row) => row,
): Answer {
  return { value, text: value.length === 0 ? none : formatTable(value.map(toRow)) };
}

/** `75` -> `1 min`. */
export function formatAge(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400
    ? `${Math.floor(seconds / 3_600)} h`
    : `${Math.floor(seconds / 86_400)} d`;
}

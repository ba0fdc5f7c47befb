/**
 * Formats rows as columns, two blanks apart.
 *
 * @param right The columns that are aligned at the right, as numbers are.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const cell = (text: string, column: number) =>
    right.includes(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/**
 * Formats objects with the same keys as a table: a line with the keys, then a line for each object.
 * Columns of numbers are aligned at the right.
 */
export function formatTable(objects: readonly object[]): string {
  const [first] = objects;
  if (first === undefined) return '';
  const keys = Object.keys(first);
  const rows = objects.map((one) =>
    keys.map((key) => formatCell((one as Record<string, unknown>)[key])),
  );
  const right = keys.flatMap((key, column) =>
    objects.every((one) => typeof (one as Record<string, unknown>)[key] === 'number')
      ? [column]
      : [],
  );
  return alignColumns(
    [keys.map((key) => key.replaceAll(/(?<=[a-z])(?=[A-Z][a-z])/g, ' ').toUpperCase()), ...rows],
    right,
  );
}

function formatCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value instanceof Date ? value.toISOString() : `${value as string | number}`;
}

import type { DatabaseSync } from 'node:sqlite';

/**
 * What FTS5 keeps of a table as a whole: how many rows it has, and how many words each column has
 * in all of them. BM25 weighs words by it.
 */
export interface Totals {
  readonly rows: number;
  readonly words: readonly number[];
}

/** The row of an FTS5 table's data that has its totals: FTS5_AVERAGES_ROWID in SQLite's source. */
const totalsRow = 1;

/** @returns a function that reads the totals of an FTS5 table */
export function prepareTotals(db: DatabaseSync, table: string): () => Totals {
  const read = db.prepare(`SELECT block FROM ${table}_data WHERE id = ${totalsRow}`);
  return () => {
    const { block } = read.get() as { block: Uint8Array };
    const [rows = 0, ...words] = readVarints(block);
    return { rows, words };
  };
}

/**
 * Makes a function that corrects the totals of an FTS5 table. One with `contentless_delete` counts
 * what is added and never what is deleted: after each document has changed three times, a word of
 * all chunks would weigh as one of a quarter of them. The rows are counted before the transaction,
 * which takes 50 ms for a million, so that other writers do not wait; if one of them has written
 * since, nothing is corrected.
 */
export function prepareCorrection(db: DatabaseSync, table: string): (run: Transaction) => void {
  const read = prepareTotals(db, table);
  const count = db.prepare(`SELECT count(*) AS rows FROM ${table}_docsize`);
  return (runInTransaction) => {
    const before = read();
    const { rows: stored } = count.get() as { rows: number };
    if (before.rows <= stored) return;
    // The average of a row stays as it is.
    const words = before.words.map((each) => Math.round((each * stored) / before.rows));
    runInTransaction(() => {
      if (read().rows === before.rows) writeTotals(db, table, { rows: stored, words });
    });
  };
}

type Transaction = (work: () => void) => void;

function writeTotals(db: DatabaseSync, table: string, { rows, words }: Totals): void {
  // FTS5's own tables can only be written where this is off.
  db.enableDefensive(false);
  try {
    const write = db.prepare(`UPDATE ${table}_data SET block = ? WHERE id = ${totalsRow}`);
    write.run(writeVarints([rows, ...words]));
  } finally {
    db.enableDefensive(true);
  }
}

/**
 * Reads numbers as SQLite stores them, seven bits a byte and the highest first. The ninth byte of
 * one, of numbers beyond 2^56, does not occur.
 */
export function readVarints(block: Uint8Array): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of block) {
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  return numbers;
}

function writeVarints(numbers: readonly number[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap((number) => {
      const bytes = [number % 128];
      for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
        bytes.unshift(0x80 + (rest % 128));
      return bytes;
    }),
  );
}

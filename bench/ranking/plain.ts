import { DatabaseSync } from 'node:sqlite';

/** A chunk as the pipeline cut it. */
export interface PlainChunk {
  readonly url: string;
  readonly title: string;
  readonly headings: readonly string[];
  readonly text: string;
}

export interface PlainHit {
  readonly url: string;
  readonly score: number;
}

/**
 * What any ranking by keyword has to reach: SQLite's FTS5 as it comes, on title, headings and text
 * with equal weights. Nothing is added to the text and no word of a query is left out.
 */
export class PlainIndex implements Disposable {
  readonly #db = new DatabaseSync(':memory:');
  readonly #urls: readonly string[];
  readonly #search;

  constructor(chunks: readonly PlainChunk[]) {
    this.#urls = chunks.map(({ url }) => url);
    this.#db.exec(
      `CREATE VIRTUAL TABLE words USING fts5 (title, headings, body, content = '',
         tokenize = 'porter unicode61 remove_diacritics 2')`,
    );
    const add = this.#db.prepare(
      'INSERT INTO words (rowid, title, headings, body) VALUES (?, ?, ?, ?)',
    );
    this.#db.exec('BEGIN');
    for (const [row, { title, headings, text }] of chunks.entries())
      add.run(row, title, headings.join(' '), text);
    this.#db.exec('COMMIT');
    this.#search = this.#db.prepare(
      `SELECT rowid AS row, -bm25(words, 1.0, 1.0, 1.0) AS score
       FROM words WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?`,
    );
  }

  /** @returns the best chunks, best first */
  search(query: string, limit: number): PlainHit[] {
    const words = query.toLowerCase().match(/[\p{L}\p{N}\p{M}\p{Co}]+/gu) ?? [];
    const match = [...new Set(words)].map((word) => `"${word}"`).join(' OR ');
    if (match === '') return [];
    const rows = this.#search.all(match, limit) as unknown as { row: number; score: number }[];
    return rows.map(({ row, score }) => ({ url: this.#urls[row] as string, score }));
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

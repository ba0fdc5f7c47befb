import { DatabaseSync } from 'node:sqlite';

import { termTokenizer, toFts } from '../../../../worker/text/fts.ts';
import { nameForms } from '../../../../worker/text/names.ts';
import type { QueryTerm } from '../../../../worker/text/query.ts';
import { tokenize } from '../../../../worker/text/tokenize.ts';

/** Texts as the keyword index stores them: terms that are joined by blanks, in FTS5. */
export class WordIndex {
  readonly #db = new DatabaseSync(':memory:');
  readonly #add;
  readonly #find;

  constructor(texts: readonly string[]) {
    this.#db.exec(
      `CREATE VIRTUAL TABLE words USING fts5(body, names, tokenize="${termTokenizer}")`,
    );
    this.#add = this.#db.prepare('INSERT INTO words (rowid, body, names) VALUES (?, ?, ?)');
    this.#find = this.#db.prepare('SELECT rowid AS row FROM words WHERE words MATCH ?');
    for (const [row, text] of texts.entries())
      this.#add.run(
        row,
        tokenize(text)
          .map(({ term }) => term)
          .join(' '),
        nameForms(text)
          .map(({ terms }) => terms.join(' '))
          .join(' \uE002 '),
      );
  }

  /** @returns the numbers of the texts that have all of these */
  find(terms: readonly QueryTerm[]): number[] {
    if (terms.length === 0) return [];
    const rows = this.#find.all(terms.map(toFts).join(' AND ')) as unknown as { row: number }[];
    return rows.map(({ row }) => row);
  }

  /** @returns how many words FTS5 has of a text */
  countTerms(): number {
    this.#db.exec('CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab(words, instance)');
    const row = this.#db
      .prepare("SELECT count(*) AS terms FROM vocabulary WHERE col = 'body'")
      .get() as { terms: number };
    return row.terms;
  }
}

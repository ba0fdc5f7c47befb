import { DatabaseSync } from 'node:sqlite';

import { termTokenizer } from '../text/fts.ts';

const maxKept = 50_000;

/**
 * The stems of words as the keyword index has them: FTS5 itself makes them, and they are kept, for
 * texts have the same words again and again.
 */
class Stemmer {
  readonly #kept = new Map<string, string>();
  readonly #add;
  readonly #read;
  readonly #clear;

  constructor() {
    const db = new DatabaseSync(':memory:');
    db.exec(`
      CREATE VIRTUAL TABLE word USING fts5(term, content = '', detail = none,
        tokenize = "${termTokenizer}");
      CREATE VIRTUAL TABLE stems USING fts5vocab(word, row)`);
    this.#add = db.prepare('INSERT INTO word (rowid, term) VALUES (1, ?)');
    this.#read = db.prepare('SELECT term FROM stems');
    this.#clear = db.prepare("INSERT INTO word (word) VALUES ('delete-all')");
  }

  stem(term: string): string {
    const known = this.#kept.get(term);
    if (known !== undefined) return known;
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#add.run(term);
    const found = this.#read.get() as { term: string } | undefined;
    this.#clear.run();
    const stem = found?.term ?? term;
    this.#kept.set(term, stem);
    return stem;
  }
}

let stemmer: Stemmer | undefined;

/** @param term of `tokenize` */
export function stemTerm(term: string): string {
  stemmer ??= new Stemmer();
  return stemmer.stem(term);
}

/** The keyword index's own thread: SQLite calls block, and another process may hold the write lock for a while. */
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

import type { KeywordHit, KeywordPage } from './keywords.ts';

/** Short: a longer wait belongs to the job, which can be cancelled. */
const busyTimeoutMs = 2_000;
/** NFS, CIFS, SMB2, 9p: their locks do not hold what SQLite's log needs. Numbers of statfs(2). */
const networkFileSystems = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x01021997]);

const folder = (workerData as { folder: string }).folder;
mkdirSync(folder, { recursive: true });
if (networkFileSystems.has(statfsSync(folder).type)) throw new Error(`${folder} is on a network file system, where SQLite's locks do not hold: put the keyword index on a local disk`);

const db = new DatabaseSync(join(folder, 'keywords.sqlite'), { timeout: busyTimeoutMs });
db.exec(`
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS pages (id TEXT PRIMARY KEY, version INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, domain TEXT, language TEXT, country TEXT, is_mobile INTEGER) STRICT;
  CREATE TABLE IF NOT EXISTS rows_of (row INTEGER PRIMARY KEY, page TEXT NOT NULL, chunk INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS rows_of_page ON rows_of (page);
  CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5 (title, headings, body, tokenize = 'porter unicode61 remove_diacritics 2');
`);

const statements = {
  version: db.prepare('SELECT version FROM pages WHERE id = ?'),
  clearPassages: db.prepare('DELETE FROM passages WHERE rowid IN (SELECT row FROM rows_of WHERE page = ?)'),
  clearRows: db.prepare('DELETE FROM rows_of WHERE page = ?'),
  clearPage: db.prepare('DELETE FROM pages WHERE id = ?'),
  page: db.prepare('INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
  row: db.prepare('INSERT INTO rows_of (page, chunk) VALUES (?, ?)'),
  passage: db.prepare('INSERT INTO passages (rowid, title, headings, body) VALUES (?, ?, ?, ?)'),
  // bm25() is negative, the smaller the better; a word in the title weighs four times one in the text.
  search: db.prepare(`
    SELECT pages.url, pages.title, passages.body AS passage, -bm25(passages, 4.0, 2.0, 1.0) AS score
    FROM passages JOIN rows_of ON rows_of.row = passages.rowid JOIN pages ON pages.id = rows_of.page
    WHERE passages MATCH ? ORDER BY score DESC LIMIT ?`),
  inventory: db.prepare('SELECT pages.id, pages.version, count(rows_of.row) AS rows FROM pages LEFT JOIN rows_of ON rows_of.page = pages.id GROUP BY pages.id'),
};

function inTransaction(work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function clear(id: string): void {
  statements.clearPassages.run(id);
  statements.clearRows.run(id);
  statements.clearPage.run(id);
}

const operations = {
  replace(page: KeywordPage): void {
    inTransaction(() => {
      const known = statements.version.get(page.id) as { version: number } | undefined;
      if (known !== undefined && known.version > page.version) return;
      clear(page.id);
      const flag = page.isMobile === null ? null : Number(page.isMobile);
      statements.page.run(page.id, page.version, page.url, page.title, page.domain, page.language, page.country, flag);
      for (const { index, headings, text } of page.chunks) {
        const { lastInsertRowid } = statements.row.run(page.id, index);
        statements.passage.run(lastInsertRowid, page.title, headings.join(' '), text);
      }
    });
  },
  remove({ id, upTo }: { id: string; upTo: number }): void {
    inTransaction(() => {
      const known = statements.version.get(id) as { version: number } | undefined;
      if (known !== undefined && known.version <= upTo) clear(id);
    });
  },
  search({ words, limit }: { words: readonly string[]; limit: number }): KeywordHit[] {
    if (words.length === 0) return [];
    return statements.search.all(words.map((word) => `"${word}"`).join(' OR '), limit) as unknown as KeywordHit[];
  },
  inventory(): { id: string; version: number; rows: number }[] {
    return statements.inventory.all() as never;
  },
};

export type Operation = keyof typeof operations;

parentPort?.on('message', ({ id, operation, argument }: { id: number; operation: Operation; argument: never }) => {
  try {
    parentPort?.postMessage({ id, result: operations[operation](argument) });
  } catch (error) {
    parentPort?.postMessage({ id, problem: (error as Error).message });
  }
});

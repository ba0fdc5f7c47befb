import type { DatabaseSync } from 'node:sqlite';

import type { Filters } from '../documents/filters.ts';
import type { StoredChunk } from '../documents/version.ts';
import { buildMatch, selectTerms, parseTerms } from './query.ts';
import { listExactForms, buildFacets, listOtherForms } from './terms.ts';

export interface KeywordPage {
  readonly id: string;
  /** An older version never replaces a newer one. */
  readonly version: number;
  readonly url: string;
  readonly title: string;
  readonly domain: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  readonly chunks: readonly StoredChunk[];
}

export interface KeywordHit {
  readonly url: string;
  readonly title: string;
  readonly passage: string;
  readonly score: number;
}

/** A page as the audit sees it: `rows` of words there are for `passages` of text. */
export interface KeywordEntry {
  readonly id: string;
  readonly url: string;
  readonly version: number;
  readonly passages: number;
  readonly rows: number;
}

/**
 * What a word weighs in BM25 by where it stands: four times in the title, twice in a heading (both
 * name what the passage is about, and are short). Another form of a name counts as the text itself,
 * and so does the very form asked for, which makes it twice a mere relative. A facet only filters.
 */
const weights = '4.0, 2.0, 1.0, 1.0, 1.0, 0.0';
/**
 * Passages scored for one query: BM25 in FTS5 costs some 0.6 us each (measured, 50,000 passages of
 * 320 words), counting a term up to here 0.3 ms. Terms beyond it are left out, the commonest
 * first.
 */
const budget = 3_000;
/** Counts of terms are kept this long: they only choose among terms. */
const countsLastMs = 60_000;

/** The index in one open file. Calls block; errors are SQLite's own. */
export class KeywordIndex {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepared>;
  #counts = new Map<string, number>();
  #countedAt = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepared(db);
  }

  /**
   * Each page's rows become those given, all pages or none; of an older version than the one that
   * is there, nothing changes.
   */
  replace(pages: readonly KeywordPage[], progress?: string): void {
    this.#inTransaction(() => {
      for (const page of pages) this.#replaceOne(page);
      if (progress !== undefined) this.#statements.setProgress.run('rebuilt', progress);
    });
  }

  remove(id: string, upTo: number): void {
    this.#inTransaction(() => {
      const known = this.#statements.page.get(id) as { version: number } | undefined;
      if (known !== undefined && known.version <= upTo) this.#clear(id);
    });
  }

  /** Best passages for any of the query's terms that tell pages apart, best first. */
  search(query: string, filters: Filters, limit: number): KeywordHit[] {
    const counted = parseTerms(query).map((term) => ({
      term,
      chunks: this.#countChunksWith(term),
    }));
    const terms = selectTerms(counted, budget);
    if (terms.length === 0) return [];
    return this.#statements.search.all(
      buildMatch(
        terms.map(({ term }) => term),
        filters,
      ),
      budget,
      limit,
    ) as unknown as KeywordHit[];
  }

  /** Pages in the order of their ids, after one of them. */
  inventory(after: string, limit: number): KeywordEntry[] {
    return this.#statements.inventory.all(after, limit) as unknown as KeywordEntry[];
  }

  /** Those of the pages that are there. */
  entries(ids: readonly string[]): KeywordEntry[] {
    return this.#statements.entries.all(JSON.stringify(ids)) as unknown as KeywordEntry[];
  }

  /** What SQLite and FTS5 find wrong in the file; empty when it is sound. */
  problems(): string[] {
    const found = (this.#statements.check.all() as { quick_check: string }[])
      .map(({ quick_check }) => quick_check)
      .filter((line) => line !== 'ok');
    this.#db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
    const { strays } = this.#statements.strays.get() as { strays: number };
    return strays === 0 ? found : [...found, `${strays} rows of words without their passage`];
  }

  progress(): string | undefined {
    return (this.#statements.progress.get('rebuilt') as { value: string } | undefined)?.value;
  }

  endProgress(): void {
    this.#statements.endProgress.run('rebuilt');
  }

  close(): void {
    this.#db.close();
  }

  #replaceOne(page: KeywordPage): void {
    const known = this.#statements.page.get(page.id) as { version: number } | undefined;
    if (known !== undefined && known.version > page.version) return;
    if (known !== undefined) this.#clear(page.id);
    const { lastInsertRowid: number } = this.#statements.addPage.run(
      page.id,
      page.version,
      page.url,
      page.title,
    );
    const facets = buildFacets(page).join(' ');
    for (const { index, headings, text } of page.chunks) {
      const { lastInsertRowid: row } = this.#statements.addPassage.run(number, index, text);
      const above = headings.join(' ');
      const whole = `${page.title} ${above} ${text}`;
      this.#statements.addWords.run(
        row,
        page.title,
        above,
        text,
        listOtherForms(whole).join(' '),
        listExactForms(whole).join(' '),
        facets,
      );
    }
  }

  #clear(id: string): void {
    for (const step of ['clearWords', 'clearPassages', 'clearPage'] as const)
      this.#statements[step].run(id);
  }

  /** How many passages have the term, up to the budget. */
  #countChunksWith(term: string): number {
    if (Date.now() - this.#countedAt > countsLastMs)
      [this.#counts, this.#countedAt] = [new Map(), Date.now()];
    const known = this.#counts.get(term);
    if (known !== undefined) return known;
    const { passages } = this.#statements.count.get(term, budget) as { passages: number };
    // What is rare now may be written the next moment.
    if (passages === budget) this.#counts.set(term, passages);
    return passages;
  }

  #inTransaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function entriesOf(pages: string): string {
  return `
    SELECT pages.id, pages.url, pages.version, count(passages.row) AS passages, count(sizes.id) AS rows FROM (${pages}) pages
    LEFT JOIN passages ON passages.page = pages.number LEFT JOIN words_docsize sizes ON sizes.id = passages.row GROUP BY pages.id ORDER BY pages.id`;
}

function prepared(db: DatabaseSync) {
  const rowsOf = 'SELECT row FROM passages WHERE page = (SELECT number FROM pages WHERE id = ?)';
  return {
    page: db.prepare('SELECT version FROM pages WHERE id = ?'),
    addPage: db.prepare('INSERT INTO pages (id, version, url, title) VALUES (?, ?, ?, ?)'),
    addPassage: db.prepare('INSERT INTO passages (page, chunk, body) VALUES (?, ?, ?)'),
    addWords: db.prepare(
      'INSERT INTO words (rowid, title, headings, body, names, exact, facets) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    clearWords: db.prepare(`DELETE FROM words WHERE rowid IN (${rowsOf})`),
    clearPassages: db.prepare(`DELETE FROM passages WHERE row IN (${rowsOf})`),
    clearPage: db.prepare('DELETE FROM pages WHERE id = ?'),
    count: db.prepare(
      'SELECT count(*) AS passages FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)',
    ),
    // The inner limit holds where even the rarest term is in more passages than the budget: the newest of them are scored. bm25() is negative, the smaller the better.
    search: db.prepare(`
      SELECT pages.url, pages.title, passages.body AS passage, found.score
      FROM (SELECT rowid, score FROM (SELECT rowid, -bm25(words, ${weights}) AS score FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?) ORDER BY score DESC LIMIT ?) found
      JOIN passages ON passages.row = found.rowid JOIN pages ON pages.number = passages.page ORDER BY found.score DESC, pages.url`),
    inventory: db.prepare(entriesOf('SELECT * FROM pages WHERE id > ? ORDER BY id LIMIT ?')),
    entries: db.prepare(
      entriesOf('SELECT * FROM pages WHERE id IN (SELECT value FROM json_each(?))'),
    ),
    check: db.prepare('PRAGMA quick_check'),
    strays: db.prepare(
      'SELECT count(*) AS strays FROM words_docsize WHERE id NOT IN (SELECT row FROM passages)',
    ),
    progress: db.prepare('SELECT value FROM progress WHERE name = ?'),
    setProgress: db.prepare(
      'INSERT INTO progress VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ),
    endProgress: db.prepare('DELETE FROM progress WHERE name = ?'),
  };
}

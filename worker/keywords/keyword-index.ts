import type { DatabaseSync } from 'node:sqlite';

import type { Scope } from '../documents/filters.ts';
import type { StoredChunk } from '../documents/version.ts';
import { FacetCounter, QueryFacetCounter } from './facets.ts';
import type { FacetCount, QueryFacets } from './facets.ts';
import { buildMatch, selectTerms, parseTerms } from './query.ts';
import { Suggester } from './suggest.ts';
import { listExactForms, buildFacets, listOtherForms } from './terms.ts';

/** A document as the keyword index stores it. */
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
  /** The header row of the table in whose middle the chunk begins. */
  readonly prefix?: string | undefined;
  readonly chunk: number;
  readonly score: number;
}

/** A document as the audit sees it: its number of `passages` (chunks), and of rows in the index. */
export interface KeywordEntry {
  readonly id: string;
  readonly url: string;
  readonly version: number;
  readonly passages: number;
  readonly rows: number;
}

/**
 * BM25 weights of the columns title, headings, body, names, exact, facets. Title and headings are
 * short and name the subject of the chunk. Another form of a name counts as much as the text. The
 * exact form adds to the stemmed one, so that a word counts twice as much as a word of the same
 * stem. Facets only filter.
 */
const columnWeights = '4.0, 2.0, 1.0, 1.0, 1.0, 0.0';
/**
 * The most chunks that are scored for one query. BM25 in FTS5 takes some 0.6 us per chunk (measured
 * with 50,000 chunks of 320 words); counting a term up to this number takes 0.3 ms. Terms beyond
 * the budget are left out, the most frequent first.
 */
const chunkBudget = 3_000;
/** How long the counts of terms are kept. They only decide which terms are used. */
const countsLifetimeMs = 60_000;

/** The keyword index in one open file. Calls block the thread; errors are SQLite's own. */
export class KeywordIndex {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #facets: FacetCounter | undefined;
  #queryFacets: QueryFacetCounter | undefined;
  #suggester: Suggester | undefined;
  #counts = new Map<string, number>();
  #countedAt = 0;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /**
   * Replaces the rows of each page, of all pages or of none. A page of which a newer version is
   * stored is left as it is.
   *
   * @param progress how far a rebuild is, stored in the same transaction
   */
  replace(pages: readonly KeywordPage[], progress?: string): void {
    this.#inTransaction(() => {
      for (const page of pages) this.#replaceOne(page);
      if (progress !== undefined) this.#statements.setProgress.run('rebuilt', progress);
    });
  }

  /** Removes a document, unless a version newer than `upTo` is stored. */
  remove(id: string, upTo: number): void {
    this.#inTransaction(() => {
      const known = this.#statements.page.get(id) as { version: number } | undefined;
      if (known !== undefined && known.version <= upTo) this.#clear(id);
    });
  }

  /** @returns the best chunks for any of the query's selected terms, best first */
  search(query: string, scope: Scope, limit: number): KeywordHit[] {
    const terms = this.selectTerms(query);
    if (terms.length === 0) return [];
    const rows = this.#statements.search.all(buildMatch(terms, scope), chunkBudget, limit);
    return rows.map(({ prefix, ...hit }) => ({
      ...(hit as unknown as KeywordHit),
      ...(prefix !== null && { prefix: String(prefix) }),
    }));
  }

  /** @returns the terms by which a query is searched, the rarest first */
  selectTerms(query: string): string[] {
    const counted = parseTerms(query).map((term) => ({
      term,
      chunks: this.#countChunksWith(term),
    }));
    return selectTerms(counted, chunkBudget).map(({ term }) => term);
  }

  /** @returns how many documents have each of the values that most documents have */
  countFacet(...given: Parameters<FacetCounter['count']>): FacetCount[] {
    this.#facets ??= new FacetCounter(this.#db);
    return this.#facets.count(...given);
  }

  /** Counts the documents that a query finds by their facets, `limit` values of each. */
  countFacetsOf(query: string, scope: Scope, limit: number): QueryFacets {
    this.#queryFacets ??= new QueryFacetCounter(this.#db);
    const terms = this.selectTerms(query);
    // A word that no text can have.
    const match = buildMatch(terms.length > 0 ? terms : ['"\uE003"'], scope);
    return this.#queryFacets.count(match, limit);
  }

  /** @returns the nearest word, where the query is a word that no chunk has */
  suggest(word: string): string | undefined {
    if (this.selectTerms(word).length > 0) return undefined;
    this.#suggester ??= new Suggester(this.#db);
    return this.#suggester.suggest(word);
  }

  /** @returns documents in the order of their ids, beginning after the id `after` */
  inventory(after: string, limit: number): KeywordEntry[] {
    return this.#statements.inventory.all(after, limit) as unknown as KeywordEntry[];
  }

  /** @returns those of the documents that are in the index */
  entries(ids: readonly string[]): KeywordEntry[] {
    return this.#statements.entries.all(JSON.stringify(ids)) as unknown as KeywordEntry[];
  }

  /** @returns what SQLite and FTS5 find wrong in the file; empty when it is sound */
  problems(): string[] {
    const found = (this.#statements.check.all() as { quick_check: string }[])
      .map(({ quick_check }) => quick_check)
      .filter((line) => line !== 'ok');
    this.#db.exec("INSERT INTO words (words) VALUES ('integrity-check')");
    const { strays } = this.#statements.strays.get() as { strays: number };
    return strays === 0 ? found : [...found, `${strays} rows of words without their passage`];
  }

  /** @returns how far an unfinished rebuild is; undefined when there is none */
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
    const facets = buildFacets(page).join(' ');
    const { lastInsertRowid: number } = this.#statements.addPage.run(
      page.id,
      page.version,
      page.url,
      page.title,
      facets,
    );
    for (const { index, headings, text, prefix } of page.chunks) {
      const { lastInsertRowid: row } = this.#statements.addPassage.run(
        number,
        index,
        text,
        prefix ?? null,
      );
      const above = [...headings, prefix ?? ''].join(' ');
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

  /** @returns the number of chunks that have the term, at most the budget */
  #countChunksWith(term: string): number {
    if (Date.now() - this.#countedAt > countsLifetimeMs)
      [this.#counts, this.#countedAt] = [new Map(), Date.now()];
    const known = this.#counts.get(term);
    if (known !== undefined) return known;
    const { passages } = this.#statements.count.get(term, chunkBudget) as { passages: number };
    // Only the counts of frequent terms are kept: a rare term may become frequent at any time.
    if (passages === chunkBudget) this.#counts.set(term, passages);
    return passages;
  }

  #inTransaction(work: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back already when the disk is full.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

function selectEntries(pages: string): string {
  return `
    SELECT pages.id, pages.url, pages.version,
      count(passages.row) AS passages, count(sizes.id) AS rows
    FROM (${pages}) pages
    LEFT JOIN passages ON passages.page = pages.number
    LEFT JOIN words_docsize sizes ON sizes.id = passages.row
    GROUP BY pages.id
    ORDER BY pages.id`;
}

function prepareStatements(db: DatabaseSync) {
  const rowsOf = 'SELECT row FROM passages WHERE page = (SELECT number FROM pages WHERE id = ?)';
  return {
    page: db.prepare('SELECT version FROM pages WHERE id = ?'),
    addPage: db.prepare(
      'INSERT INTO pages (id, version, url, title, facets) VALUES (?, ?, ?, ?, ?)',
    ),
    addPassage: db.prepare('INSERT INTO passages (page, chunk, body, prefix) VALUES (?, ?, ?, ?)'),
    addWords: db.prepare(
      `INSERT INTO words (rowid, title, headings, body, names, exact, facets)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ),
    clearWords: db.prepare(`DELETE FROM words WHERE rowid IN (${rowsOf})`),
    clearPassages: db.prepare(`DELETE FROM passages WHERE row IN (${rowsOf})`),
    clearPage: db.prepare('DELETE FROM pages WHERE id = ?'),
    count: db.prepare(
      'SELECT count(*) AS passages FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)',
    ),
    // The inner limit matters when even the rarest term is in more chunks than the budget: then the
    // newest of them are scored. bm25() is negative; the smallest value is the best.
    search: db.prepare(`
      SELECT pages.url, pages.title, passages.body AS passage, passages.prefix, passages.chunk,
        found.score
      FROM (
        SELECT rowid, score
        FROM (
          SELECT rowid, -bm25(words, ${columnWeights}) AS score
          FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?
        )
        ORDER BY score DESC LIMIT ?
      ) found
      JOIN passages ON passages.row = found.rowid
      JOIN pages ON pages.number = passages.page
      ORDER BY found.score DESC, pages.url`),
    inventory: db.prepare(selectEntries('SELECT * FROM pages WHERE id > ? ORDER BY id LIMIT ?')),
    entries: db.prepare(
      selectEntries('SELECT * FROM pages WHERE id IN (SELECT value FROM json_each(?))'),
    ),
    check: db.prepare('PRAGMA quick_check'),
    strays: db.prepare(
      'SELECT count(*) AS strays FROM words_docsize WHERE id NOT IN (SELECT row FROM passages)',
    ),
    progress: db.prepare('SELECT value FROM progress WHERE name = ?'),
    setProgress: db.prepare(
      `INSERT INTO progress VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ),
    endProgress: db.prepare('DELETE FROM progress WHERE name = ?'),
  };
}

import type { DatabaseSync } from 'node:sqlite';

import type { FoundChunk } from '../../shared/search-answer.ts';
import type { QueryTerm } from '../text/query.ts';
import { buildFacets } from './facet-words.ts';
import type { FacetName } from './facet-words.ts';
import { FacetCounter } from './facets.ts';
import type { FacetCount, QueryFacets } from './facets.ts';
import { prepareCorrection } from './totals.ts';
import type { KeywordPage, SearchIndex, WordsSchema } from './words-schema.ts';

/** Of 4 KiB, that a merge writes before other writers get their turn. */
const pagesAtOnce = 100;

/** A document as the audit sees it: its number of `passages` (chunks), and of rows in the index. */
export interface KeywordEntry {
  readonly id: string;
  readonly url: string;
  readonly version: number;
  readonly passages: number;
  readonly rows: number;
}

/** The keyword index in one open file. Calls block the thread; errors are SQLite's own. */
export class KeywordIndex {
  readonly #db: DatabaseSync;
  readonly #schema: WordsSchema;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #facets: FacetCounter | undefined;
  #search: SearchIndex | undefined;

  constructor(db: DatabaseSync, schema: WordsSchema) {
    this.#db = db;
    this.#schema = schema;
    this.#statements = prepareStatements(db, schema);
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

  /**
   * Merges segments that writes have added, some 10 ms of them. Where there are none, it corrects
   * what the index has counted.
   *
   * @returns whether anything was merged: then there may be more
   */
  merge(): boolean {
    const { mergeWords, mergeNames, countChanges, corrections } = this.#statements;
    const changes = (): number => (countChanges.get() as { changes: number }).changes;
    const before = changes();
    mergeWords.run(pagesAtOnce);
    mergeNames?.run(pagesAtOnce);
    // Each of the two statements counts as a change itself.
    const isMerged = changes() - before > (mergeNames === undefined ? 1 : 2);
    if (!isMerged) for (const correct of corrections) correct((work) => this.#inTransaction(work));
    return isMerged;
  }

  /** @returns the best chunks, best first; several may be of the same document */
  search(...given: Parameters<SearchIndex['search']>): FoundChunk[] {
    return this.#openSearch().search(...given);
  }

  /** @returns the terms that a search asks for the words of a query */
  chooseTerms(...given: Parameters<SearchIndex['chooseTerms']>): QueryTerm[] {
    return this.#openSearch().chooseTerms(...given);
  }

  /** @returns undefined for the file of the release before */
  countFacetsOf(...given: Parameters<SearchIndex['countFacetsOf']>): QueryFacets | undefined {
    return this.#openSearch().countFacetsOf(...given);
  }

  /** @returns the nearest word, where the query is a word that no chunk has */
  suggest(word: string): string | undefined {
    return this.#openSearch().suggest(word);
  }

  /** @returns how many documents have each of the values that most documents have, by facet */
  countFacets(
    names: readonly FacetName[],
    exceptDomain: string,
    limit: number,
  ): Record<FacetName, FacetCount[]> {
    const counter = (this.#facets ??= new FacetCounter(this.#db));
    return Object.fromEntries(
      names.map((name) => [name, counter.count(name, exceptDomain, limit)]),
    ) as Record<FacetName, FacetCount[]>;
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
    if (this.#schema.buildNames !== undefined)
      this.#db.exec("INSERT INTO names (names) VALUES ('integrity-check')");
    const { strays } = this.#statements.strays.get() as { strays: number };
    return strays === 0 ? found : [...found, `${strays} rows of words without their passage`];
  }

  /** @returns how far an unfinished rebuild is; undefined when there is none */
  progress(): string | undefined {
    return this.#readMark('rebuilt');
  }

  /** Notes that the index has every document, since when it is searched. */
  endProgress(now: Date): void {
    this.#inTransaction(() => {
      this.#statements.endProgress.run('rebuilt');
      if (this.fullSince() === undefined)
        this.#statements.setProgress.run('full', now.toISOString());
    });
  }

  /** @returns since when the index has every document; undefined while it is built */
  fullSince(): Date | undefined {
    const since = this.#readMark('full');
    return since === undefined ? undefined : new Date(since);
  }

  countPages(): number {
    return (this.#statements.countPages.get() as { pages: number }).pages;
  }

  close(): void {
    this.#db.close();
  }

  #openSearch(): SearchIndex {
    return (this.#search ??= this.#schema.openSearch(this.#db));
  }

  #readMark(name: string): string | undefined {
    return (this.#statements.progress.get(name) as { value: string } | undefined)?.value;
  }

  #replaceOne(page: KeywordPage): void {
    const known = this.#statements.page.get(page.id) as { version: number } | undefined;
    if (known !== undefined && known.version > page.version) return;
    if (known !== undefined) this.#clear(page.id);
    const isOlder = this.#schema.buildNames === undefined;
    const { lastInsertRowid: number } = this.#statements.addPage.run(
      page.id,
      page.version,
      page.url,
      page.title,
      ...(isOlder ? [] : [buildFacets(page).join(' ')]),
    );
    for (const chunk of page.chunks) {
      const { index, text, headings, prefix } = chunk;
      const stored = isOlder ? [text] : [text, headings.join('\n'), prefix ?? null];
      const { lastInsertRowid: row } = this.#statements.addPassage.run(number, index, ...stored);
      this.#statements.addWords.run(row, ...this.#schema.buildRow(page, chunk));
      const names = this.#schema.buildNames?.(page, chunk);
      if (names !== undefined) this.#statements.addNames?.run(row, ...names);
    }
  }

  #clear(id: string): void {
    for (const step of ['clearWords', 'clearNames', 'clearPassages', 'clearPage'] as const)
      this.#statements[step]?.run(id);
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

function prepareStatements(db: DatabaseSync, { columns, buildNames }: WordsSchema) {
  const tables = buildNames === undefined ? ['words'] : ['words', 'names'];
  const rowsOf = 'SELECT row FROM passages WHERE page = (SELECT number FROM pages WHERE id = ?)';
  return {
    page: db.prepare('SELECT version FROM pages WHERE id = ?'),
    addPage: db.prepare(
      buildNames === undefined
        ? 'INSERT INTO pages (id, version, url, title) VALUES (?, ?, ?, ?)'
        : 'INSERT INTO pages (id, version, url, title, facets) VALUES (?, ?, ?, ?, ?)',
    ),
    addPassage: db.prepare(
      buildNames === undefined
        ? 'INSERT INTO passages (page, chunk, body) VALUES (?, ?, ?)'
        : 'INSERT INTO passages (page, chunk, body, headings, prefix) VALUES (?, ?, ?, ?, ?)',
    ),
    addWords: db.prepare(
      `INSERT INTO words (rowid, ${columns.join(', ')})
       VALUES (?${', ?'.repeat(columns.length)})`,
    ),
    clearWords: db.prepare(`DELETE FROM words WHERE rowid IN (${rowsOf})`),
    ...(buildNames !== undefined && {
      addNames: db.prepare('INSERT INTO names (rowid, forms, facets) VALUES (?, ?, ?)'),
      clearNames: db.prepare(`DELETE FROM names WHERE rowid IN (${rowsOf})`),
      mergeNames: db.prepare("INSERT INTO names (names, rank) VALUES ('merge', ?)"),
    }),
    clearPassages: db.prepare(`DELETE FROM passages WHERE row IN (${rowsOf})`),
    clearPage: db.prepare('DELETE FROM pages WHERE id = ?'),
    inventory: db.prepare(selectEntries('SELECT * FROM pages WHERE id > ? ORDER BY id LIMIT ?')),
    entries: db.prepare(
      selectEntries('SELECT * FROM pages WHERE id IN (SELECT value FROM json_each(?))'),
    ),
    mergeWords: db.prepare("INSERT INTO words (words, rank) VALUES ('merge', ?)"),
    countChanges: db.prepare('SELECT total_changes() AS changes'),
    corrections: tables.map((table) => prepareCorrection(db, table)),
    check: db.prepare('PRAGMA quick_check'),
    strays: db.prepare(
      'SELECT count(*) AS strays FROM words_docsize WHERE id NOT IN (SELECT row FROM passages)',
    ),
    countPages: db.prepare('SELECT count(*) AS pages FROM pages'),
    progress: db.prepare('SELECT value FROM progress WHERE name = ?'),
    setProgress: db.prepare(
      `INSERT INTO progress VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    ),
    endProgress: db.prepare('DELETE FROM progress WHERE name = ?'),
  };
}

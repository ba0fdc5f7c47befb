import type { DatabaseSync } from 'node:sqlite';

import { buildFacet, decodeFacet, facetNameOf, facetNames, facetRange } from './facet-words.ts';
import type { FacetName } from './facet-words.ts';

/** A value that documents of the index have, and how many of them. */
export interface FacetCount {
  readonly value: string;
  readonly documents: number;
}

/** The facets of the documents that a query finds by keyword. */
export interface QueryFacets {
  readonly documents: number;
  /** More chunks match than were counted. */
  readonly isLeast: boolean;
  /** By facet, the values that most of these documents have. */
  readonly counts: Readonly<Record<FacetName, readonly FacetCount[]>>;
}

/** Chunks that are counted for one query; that takes some 20 ms. */
const maxCounted = 10_000;

/** Counts the documents of one query by their facets. */
export class QueryFacetCounter {
  readonly #find;

  constructor(db: DatabaseSync) {
    this.#find = db.prepare(`
      SELECT pages.facets, count(*) AS chunks
      FROM (
        SELECT rowid FROM (SELECT rowid FROM words WHERE words MATCH :words LIMIT :limit)
        UNION SELECT rowid FROM (SELECT rowid FROM names WHERE names MATCH :names LIMIT :limit)
      ) found
      JOIN passages ON passages.row = found.rowid
      JOIN pages ON pages.number = passages.page
      GROUP BY pages.number`);
  }

  /**
   * @param words an expression of FTS5 for the words of texts
   * @param names one for the other spellings of names
   * @param limit values of each facet
   */
  count(words: string, names: string, limit: number): QueryFacets {
    const rows = this.#find.all({ words, names, limit: maxCounted + 1 }) as unknown as {
      facets: string;
      chunks: number;
    }[];
    const byName = Object.fromEntries(
      facetNames.map((name) => [name, new Map<string, number>()]),
    ) as Record<FacetName, Map<string, number>>;
    for (const { facets } of rows)
      for (const word of facets.split(' ').filter((one) => one !== '')) {
        const counts = byName[facetNameOf(word)];
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
    const counts = Object.fromEntries(
      facetNames.map((name) => [name, listMostFrequent(byName[name], limit)]),
    ) as unknown as QueryFacets['counts'];
    const chunks = rows.reduce((sum, row) => sum + row.chunks, 0);
    return { documents: rows.length, isLeast: chunks > maxCounted, counts };
  }
}

function listMostFrequent(counts: ReadonlyMap<string, number>, limit: number): FacetCount[] {
  return [...counts]
    .sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1))
    .slice(0, limit)
    .map(([word, documents]) => ({ value: decodeFacet(word), documents }));
}

/**
 * Counts the documents of the index by each value of a facet. FTS5 has the values in order, with
 * the chunks of each; a document counts by its first chunk.
 */
export class FacetCounter {
  readonly #count;

  constructor(db: DatabaseSync) {
    // Of this connection alone: the file stays as it is, which may be open for reading only.
    db.exec(`
      PRAGMA temp_store = MEMORY;
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_instances
        USING fts5vocab(main, words, instance)`);
    this.#count = db.prepare(`
      SELECT found.term, count(*) AS documents
      FROM temp.word_instances found
      JOIN passages ON passages.row = found.doc AND passages.chunk = 0
      WHERE found.term >= ? AND found.term < ?
        AND found.doc NOT IN (SELECT rowid FROM words WHERE words MATCH ?)
      GROUP BY found.term
      ORDER BY documents DESC, found.term
      LIMIT ?`);
  }

  /**
   * @param exceptDomain documents of this host are not counted
   * @returns the values that most documents have, at most `limit`
   */
  count(name: FacetName, exceptDomain: string, limit: number): FacetCount[] {
    const except = `facets : "${buildFacet('domain', exceptDomain)}"`;
    const rows = this.#count.all(...facetRange(name), except, limit) as unknown as {
      term: string;
      documents: number;
    }[];
    return rows.map(({ term, documents }) => ({ value: decodeFacet(term), documents }));
  }
}

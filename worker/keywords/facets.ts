import type { DatabaseSync } from 'node:sqlite';

import { buildFacet, decodeFacet, facetRange } from './facet-words.ts';
import type { FacetName } from './facet-words.ts';

/** A value that documents of the index have, and how many of them. */
export interface FacetCount {
  readonly value: string;
  readonly documents: number;
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

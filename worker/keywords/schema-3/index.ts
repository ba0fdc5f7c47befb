import type { DatabaseSync } from 'node:sqlite';

import type { FoundChunk } from '../../../shared/search-answer.ts';
import type { Scope } from '../../documents/filters.ts';
import { buildFacets } from '../facet-words.ts';
import type { WordsSchema } from '../words-schema.ts';
import { buildMatch, parseTerms, selectTerms } from './query.ts';
import { listExactForms, listOtherForms } from './terms.ts';

/**
 * The keyword file as releases before schema 4 made it, with the rules of that time unchanged. It
 * is searched until the file of schema 4 is full, and written as long as it is there, so that
 * replicas that are not yet updated find every document, and an update can be taken back.
 */
export const schema3: WordsSchema = {
  version: 3,
  file: 'keywords.sqlite',
  columns: ['title', 'headings', 'body', 'names', 'exact', 'facets'],
  tokenizer: 'porter unicode61 remove_diacritics 2',
  buildRow: (page, { headings, text }) => {
    const above = headings.join(' ');
    const whole = `${page.title} ${above} ${text}`;
    return [
      page.title,
      above,
      text,
      listOtherForms(whole).join(' '),
      listExactForms(whole).join(' '),
      buildFacets(page).join(' '),
    ];
  },
  openSearch,
};

const columnWeights = '4.0, 2.0, 1.0, 1.0, 1.0, 0.0';
/** Terms beyond the budget are left out, the most frequent first. */
const chunkBudget = 3_000;

function openSearch(db: DatabaseSync): ReturnType<WordsSchema['openSearch']> {
  const count = db.prepare(
    'SELECT count(*) AS chunks FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)',
  );
  const search = db.prepare(`
    SELECT pages.url, pages.title, passages.body AS passage, passages.chunk, found.score
    FROM (
      SELECT rowid, score
      FROM (
        SELECT rowid, -bm25(words, ${columnWeights}) AS score
        FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ${chunkBudget}
      )
      ORDER BY score DESC LIMIT ?
    ) found
    JOIN passages ON passages.row = found.rowid
    JOIN pages ON pages.number = passages.page
    ORDER BY found.score DESC, pages.url`);
  const find = (query: string, scope: Scope, limit: number): FoundChunk[] => {
    const counted = parseTerms(query).map((term) => {
      const { chunks } = count.get(term, chunkBudget) as { chunks: number };
      return { term, chunks };
    });
    const terms = selectTerms(counted, chunkBudget).map(({ term }) => term);
    if (terms.length === 0) return [];
    return search.all(buildMatch(terms, scope), limit) as unknown as FoundChunk[];
  };
  return {
    search: find,
    chooseTerms: (words) => [...words],
    countFacetsOf: () => undefined,
    suggest: () => undefined,
  };
}

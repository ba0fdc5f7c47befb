import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { toFts } from '../text/fts.ts';
import type { QueryTerm } from '../text/query.ts';
import { buildFacetFilters } from './facet-words.ts';
import { QueryFacetCounter } from './facets.ts';
import type { QueryFacets } from './facets.ts';
import { buildMatch, listPhrasesInNames } from './match.ts';
import { maxTerms } from './terms.ts';
import type { AskedTerm, Bounds } from './terms.ts';
import { prepareTotals, readVarints } from './totals.ts';
import type { Candidate } from './words-schema.ts';

/**
 * What ranking needs of an index. It gives chunks with their texts; all else is done on these, so
 * that another engine than SQLite can take its place.
 */
export interface CandidateIndex {
  /** How many chunks there are, and how many words one has: of title, headings and text. */
  measure(): { readonly chunks: number; readonly averageLength: number };
  /**
   * How many chunks have the term: exact below `atMost`, else estimated by so many of the newest
   * and of the oldest of them.
   */
  countChunksWith(term: QueryTerm, atMost: number): number;
  /** Whether chunks have the term in another spelling of a name, but not too many to tell. */
  isRareName(term: QueryTerm): boolean;
  /** The best chunks by BM25 of any of the terms, best first; of very many the newest are scored. */
  findBest(terms: readonly AskedTerm[], bounds: Bounds, limit: number): Candidate[];
  /** The best chunks by BM25 of any of the terms in the other spellings of names, best first. */
  findNamed(terms: readonly QueryTerm[], bounds: Bounds, limit: number): Candidate[];
  /**
   * Counts the documents that have any of the terms, or of the terms of names in other spellings,
   * by their facets, `limit` values of each.
   */
  countFacets(
    terms: readonly AskedTerm[],
    names: readonly QueryTerm[],
    bounds: Bounds,
    limit: number,
  ): QueryFacets;
  /** How many chunks have all of the terms; `atMost` where there are more. */
  countCommon(terms: readonly AskedTerm[], bounds: Bounds, atMost: number): number;
  /** As `findBest`, of the chunks that have all of the terms. */
  findBestCommon(terms: readonly AskedTerm[], bounds: Bounds, limit: number): Candidate[];
  /** Chunks that have all of the terms, the newest first, with the score 0. */
  findCommon(terms: readonly AskedTerm[], bounds: Bounds, limit: number): Candidate[];
}

/** Weights of title, headings, body and facets: docs/search.md has what was measured. */
const columnWeights = '1.2, 1.1, 1.0, 0.0';
/**
 * Of more chunks with any of the terms, or with all of them, the newest are scored. BM25 in FTS5
 * takes 0.7 us for a chunk with one term, most of it for the chunk's length, and 1 us with two.
 */
const mostScored = { any: 2_000, all: 1_500 };
/** Those of them that have text: title, headings and body. */
const textColumns = 3;
/**
 * A part of a name that more chunks have does not tell it from others. The rarest parts of a
 * query's names together fetch so many.
 */
const nameBudget = 1_000;
/** What no text can have. */
const noWord = '"\uE003"';
/** So many are counted in 0.1 ms. */
const fewChunks = 500;
/** How long the counts of other terms are kept: they decide how terms are used, and their weight. */
const countsLifetimeMs = 60_000;

/** @returns the row of a match, counted from one end of the index */
type FindRow = (match: string, offset: number) => number | undefined;

/** Finds the best of the newest `atMost` chunks that match within the bounds, best first. */
type FindBest = (
  match: string,
  bounds: Bounds,
  atMost: number,
  limit: number,
  phrases?: readonly string[],
) => Candidate[];

type CountMatches = (match: string, atMost: number) => number;

/** The columns of a candidate; `sizes` is how many words each column has, as FTS5 stores it. */
type Row = [
  url: string,
  title: string,
  passage: string,
  prefix: string | null,
  chunk: number,
  headings: string,
  sizes: Uint8Array,
  score: number,
];

/** Candidates from FTS5. */
export function openCandidates(db: DatabaseSync): CandidateIndex {
  const prepareShown = (found: string): StatementSync => {
    const statement = db.prepare(`
    SELECT pages.url, pages.title, passages.body AS passage, passages.prefix, passages.chunk,
      passages.headings, words_docsize.sz AS sizes, found.score
    FROM (${found}) found
    JOIN passages ON passages.row = found.rowid
    JOIN words_docsize ON words_docsize.id = found.rowid
    JOIN pages ON pages.number = passages.page`);
    // A fifth of the time of a row is its object, where SQLite's names of columns make it.
    statement.setReturnArrays(true);
    return statement;
  };
  const readTotals = prepareTotals(db, 'words');
  const ends = db.prepare(`
    SELECT (SELECT min(row) FROM passages) AS first, (SELECT max(row) FROM passages) AS last`);
  const [findFromNewest, findFromOldest] = ['DESC', 'ASC'].map((order) => {
    const matching = `SELECT rowid AS row FROM words WHERE words MATCH ? ORDER BY rowid ${order}`;
    const statement = db.prepare(`${matching} LIMIT 1 OFFSET ?`);
    return (match: string, offset: number) =>
      (statement.get(match, offset) as { row: number } | undefined)?.row;
  }) as [FindRow, FindRow];
  const prepareBest = (table: string, weights: string): FindBest => {
    // bm25() is negative; the smallest value is the best.
    const scored = `SELECT rowid, -bm25(${table}, ${weights}) AS score FROM ${table}`;
    const newest = `WHERE ${table} MATCH ? ORDER BY rowid DESC LIMIT ?`;
    const best = 'ORDER BY score DESC LIMIT ?';
    const anywhere = prepareShown(`SELECT rowid, score FROM (${scored} ${newest}) ${best}`);
    // The sign keeps FTS5 from looking up each row by itself.
    const within = prepareShown(`
      ${scored} WHERE ${table} MATCH ? AND +rowid IN (SELECT rowid FROM ${table} ${newest}) ${best}`);
    return (match, bounds, atMost, limit, phrases) => {
      const matching = buildMatch(match, bounds, phrases);
      // bm25() counts all chunks of what its expression has, and a filter may be in each of them.
      return hasFilters(bounds)
        ? readAll(within, match, matching, atMost, limit)
        : readAll(anywhere, matching, atMost, limit);
    };
  };
  const best = prepareBest('words', columnWeights);
  const named = prepareBest('names', '1.0, 0.0');
  const common = prepareShown(`
    SELECT rowid, 0 AS score
    FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?`);
  const [countNamed, countCommon] = ['names', 'words'].map((table) => {
    const matching = `SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT ?`;
    const statement = db.prepare(`SELECT count(*) AS chunks FROM (${matching})`);
    return (match: string, atMost: number) =>
      (statement.get(match, atMost) as { chunks: number }).chunks;
  }) as [CountMatches, CountMatches];
  /** A term is as frequent in all chunks as in those from the first and the last that have it. */
  const estimateChunks = (match: string, atMost: number): number => {
    const late = findFromNewest(match, atMost - 1);
    const early = late === undefined ? undefined : findFromOldest(match, atMost - 1);
    if (late === undefined || early === undefined) return countCommon(match, atMost);
    const { first, last } = ends.get() as { first: number; last: number };
    const looked = last - late + 1 + (early - first + 1);
    return Math.round(2 * atMost * ((last - first + 1) / looked));
  };
  const counts = new Map<string, number>();
  let countedAt = 0;
  const remember = (key: string, count: () => number): number => {
    if (Date.now() - countedAt > countsLifetimeMs) {
      counts.clear();
      countedAt = Date.now();
    }
    const known = counts.get(key);
    if (known !== undefined) return known;
    const chunks = count();
    if (chunks > fewChunks) counts.set(key, chunks);
    return chunks;
  };
  const countNames = (match: string): number =>
    remember(`names ${match}`, () => countNamed(match, nameBudget + 1));
  /** @returns the rarest terms that have chunks, within the budget of names */
  const listRareNames = (terms: readonly QueryTerm[]): string[] => {
    const parts = terms
      .map(toFts)
      .map((match) => ({ match, chunks: countNames(match) }))
      .filter(({ chunks }) => chunks > 0)
      .sort((one, other) => one.chunks - other.chunks)
      .slice(0, maxTerms);
    let sum = 0;
    return parts.filter(({ chunks }) => (sum += chunks) <= nameBudget).map(({ match }) => match);
  };
  let facets: QueryFacetCounter | undefined;

  return {
    measure: () => {
      const { rows, words } = readTotals();
      return { chunks: rows, averageLength: sumText(words) / (rows || 1) };
    },
    countChunksWith: (term, atMost) => {
      const match = toFts(term);
      return remember(match, () => estimateChunks(match, atMost));
    },
    isRareName: (term) => {
      const chunks = countNames(toFts(term));
      return chunks > 0 && chunks <= nameBudget;
    },
    findBest: (terms, bounds, limit) => {
      // bm25() adds up what stands in an expression, so what stands there twice counts twice.
      const any = terms.flatMap(({ term, times }) => Array<string>(times).fill(toFts(term)));
      return best(any.join(' OR '), bounds, mostScored.any, limit);
    },
    findNamed: (terms, bounds, limit) => {
      const rare = listRareNames(terms);
      if (rare.length === 0) return [];
      const phrases = listPhrasesInNames(bounds, terms);
      return named(rare.join(' OR '), bounds, mostScored.any, limit, phrases);
    },
    countFacets: (terms, names, bounds, limit) => {
      facets ??= new QueryFacetCounter(db);
      const any = terms.map(({ term }) => toFts(term));
      const words = buildMatch(any.join(' OR ') || noWord, bounds);
      const rare = listRareNames(names).join(' OR ') || noWord;
      const spellings = buildMatch(rare, bounds, listPhrasesInNames(bounds, names));
      return facets.count(words, spellings, limit);
    },
    countCommon: (terms, bounds, atMost) => countCommon(buildMatch(joinAll(terms), bounds), atMost),
    findBestCommon: (terms, bounds, limit) => best(joinAll(terms), bounds, mostScored.all, limit),
    findCommon: (terms, bounds, limit) =>
      readAll(common, buildMatch(joinAll(terms), bounds), limit),
  };
}

/** @returns an FTS5 expression for what has all of the terms */
function joinAll(terms: readonly AskedTerm[]): string {
  return terms.map(({ term }) => toFts(term)).join(' AND ');
}

/** @returns whether chunks need more than the words that are scored; leaving out a host is cheap */
function hasFilters({ scope, phrases }: Bounds): boolean {
  const { exceptDomain: _, ...filters } = scope;
  return phrases.length > 0 || buildFacetFilters(filters).length > 0;
}

/** @returns the candidates of a statement, best first */
function readAll(statement: StatementSync, ...given: readonly (string | number)[]): Candidate[] {
  const rows = statement.all(...given) as unknown as Row[];
  return rows.map(readCandidate).sort(compareCandidates);
}

/** SQLite takes a quarter of a search to sort rows that have texts. */
function compareCandidates(one: Candidate, other: Candidate): number {
  if (one.score !== other.score) return other.score - one.score;
  if (one.url !== other.url) return one.url < other.url ? -1 : 1;
  return one.chunk - other.chunk;
}

function readCandidate(row: Row): Candidate {
  const [url, title, passage, prefix, chunk, headings, sizes, score] = row;
  const words = sumText(readVarints(sizes));
  return { url, title, passage, prefix, chunk, headings, words, score };
}

/** @param words of each column */
function sumText(words: readonly number[]): number {
  return words.slice(0, textColumns).reduce((sum, each) => sum + each, 0);
}

import type { DatabaseSync } from 'node:sqlite';

import type { FoundChunk } from '../../shared/search-answer.ts';
import type { Scope } from '../documents/filters.ts';
import type { StoredChunk } from '../documents/version.ts';
import type { QueryTerm } from '../text/query.ts';
import type { QueryFacets } from './facets.ts';

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

/** A chunk that may answer a query, with all of its text. */
export interface Candidate extends Omit<FoundChunk, 'prefix'> {
  readonly prefix: string | null;
  /** Of the sections that it is in, one a line. */
  readonly headings: string;
  /** How many words title, headings and text have together. */
  readonly words: number;
}

/** How a keyword file is searched. */
export interface SearchIndex {
  /** @returns the best chunks for any of the query's words, best first */
  search(query: string, scope: Scope, limit: number): FoundChunk[];
  /** @returns what is asked for the words of a query: them, or others that may be meant */
  chooseTerms(words: readonly QueryTerm[]): QueryTerm[];
  /**
   * Counts the documents that a query finds by their facets, `limit` values of each.
   *
   * @returns undefined for the file of the release before, which does not have them
   */
  countFacetsOf(query: string, scope: Scope, limit: number): QueryFacets | undefined;
  /** @returns the nearest word, where the query is a word that no chunk has */
  suggest(word: string): string | undefined;
}

/** What a keyword file has of a chunk's words, and how it is searched. */
export interface WordsSchema {
  /** Stored in the file. */
  readonly version: number;
  /** Name of the file in its folder. Each version has its own. */
  readonly file: string;
  /** Of the table `words`. */
  readonly columns: readonly string[];
  readonly tokenizer: string;
  /** @returns what each of the columns has of a chunk */
  readonly buildRow: (page: KeywordPage, chunk: StoredChunk) => readonly string[];
  /**
   * Of a table `names`, which has the other ways to write the names of a chunk: in one table they
   * would count to the length of the text.
   *
   * @returns the names and the facets; undefined for a chunk without names
   */
  readonly buildNames?: (page: KeywordPage, chunk: StoredChunk) => readonly string[] | undefined;
  readonly openSearch: (db: DatabaseSync) => SearchIndex;
}
